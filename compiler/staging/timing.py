"""Timing: set-ups become cuts on the scene's clock, in whole frames, with every speech, act and sound at its moment.

A shot lasts as long as it says, else as long as what happens in it needs. Speeches are never cut: one that outlasts its
shot goes on over the next, and the next speech waits for it. A dissolve takes its frames from both its shots. A scene's
clock is at 0 where the picture before it ends: what a scene is does not depend on where in the film it stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction

from compiler.codes import W
from compiler.diagnostics import Report
from compiler.meaning.acting import TRAVEL
from compiler.meaning.film import (
    Cue,
    LightChange,
    Music,
    Pause,
    Scene,
    Shot,
    Size,
    Sound,
    Speech,
    Title,
    TitleCard,
    Transition,
    TransitionKind,
)
from compiler.staging.acts import perform
from compiler.staging.blocking import Stage
from compiler.staging.coverage import Item, Played, Setup
from compiler.staging.lexicon import Lexicon, lexicon
from compiler.staging.model import ActKind, LineTiming, Overlay, SpokenLine
from compiler.staging.performance import Doing, understand, understand_manner
from compiler.staging.space import ms, r4
from compiler.staging.talk import Talk
from compiler.staging.world_opening import hold_from
from compiler.timebase import FrameRate

_TIGHT = (Size.CLOSE_UP, Size.EXTREME_CLOSE_UP, Size.MEDIUM_CLOSE_UP, Size.INSERT)
_LEAST = {
    Size.EXTREME_WIDE: Fraction(4),
    Size.WIDE: Fraction(3),
    Size.FULL: Fraction(5, 2),
    Size.COWBOY: Fraction(2),
    Size.MEDIUM: Fraction(2),
    Size.MEDIUM_CLOSE_UP: Fraction(3, 2),
    Size.CLOSE_UP: Fraction(3, 2),
    Size.EXTREME_CLOSE_UP: Fraction(5, 4),
    Size.INSERT: Fraction(3, 2),
}
_LONG_WALK = Fraction(5)
"""What a walk is waited for at most, seconds: people speak, and films cut, while somebody is still on the way."""
_GAP = Fraction(3, 10)
"""Silence between two speakers, seconds."""
_CUT_IN = Fraction(3, 10)
"""How long before its end a speech that breaks off is cut into, seconds."""
_STILL_HEARD = 0.14
"""Seconds somebody who is cut off speaks on against the other voice."""
_BETWEEN_HALVES = Fraction(4, 5)
"""How long an act between two halves of a speech is waited for, seconds."""
_VERY_LONG = Fraction(300)
_EARLY = Fraction(1, 24)
"""A cut on a word falls this much before it, so that the word is heard in its picture."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A speech at its place on the clock."""

    speech: Speech
    line: SpokenLine
    timing: LineTiming
    start: Fraction
    room: str
    until: float = 0.0
    """Seconds of it that are heard before somebody cuts it off; 0 = all."""
    end: Fraction = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "end", self.start + ms(self.until or self.timing.seconds))

    def later(self, seconds: Fraction) -> Spoken:
        """The same on a clock that starts ``seconds`` later."""
        return replace(self, start=self.start - seconds)


@dataclass(frozen=True, slots=True)
class Voice:
    """The speech last heard before a scene begins, on that scene's clock."""

    free: Fraction
    """When the next speech may follow."""
    start: Fraction
    end: Fraction
    breaks_off: bool

    def later(self, seconds: Fraction) -> Voice:
        """The same on a clock that starts ``seconds`` later."""
        return replace(self, free=self.free - seconds, start=self.start - seconds, end=self.end - seconds)


@dataclass(slots=True)
class Cut:
    """A timed shot before its camera. ``frames`` counts all it is on screen for, overlaps included."""

    shot: Shot
    stage: Stage | None
    first: int
    frames: int = 0
    head: int = 0
    tail: int = 0
    join: str = "cut"
    join_frames: int = 0
    fade_out: int = 0
    inferred: bool = False
    overlays: list[Overlay] = field(default_factory=list)
    rests_on: list[Spoken] = field(default_factory=list)

    @property
    def room(self) -> int:
        """Frames that it can give to a transition into the next."""
        return max(0, (self.frames - self.head) // 2)


@dataclass(frozen=True, slots=True)
class Noise:
    """A sound, music, light or title directive, when it was written to begin, and what its ``at`` counts from."""

    item: Sound | Music | LightChange | Title
    at: Fraction
    zero: Fraction = Fraction(0)


@dataclass(slots=True)
class Clock:
    """One scene being laid out. Frame 0 is where the shot before it ends, less what a dissolve takes of that."""

    rate: FrameRate
    timing: Callable[[SpokenLine], LineTiming]
    report: Report
    line_of: Callable[[Speech], SpokenLine]
    words: Lexicon = field(default_factory=lexicon)
    room: int | None = None
    """Frames that the shot before the scene can give to a transition; ``None``: there is none."""
    voice: Voice | None = None
    """The speech last heard before the scene; ``None``: nobody has spoken yet."""
    elapsed: Fraction = Fraction(0)
    """Seconds of film before the scene."""
    cuts: list[Cut] = field(default_factory=list)
    spoken: list[Spoken] = field(default_factory=list)
    noises: list[Noise] = field(default_factory=list)
    doings: list[tuple[Doing, Fraction]] = field(default_factory=list)
    """(doing, start) of all that was performed, for cues such as ``when MARA sits``."""
    frame: int = 0
    voice_free: Fraction | None = None
    """When the next speech may follow the one before it; ``None``: nothing was said yet."""
    cuts_off: Fraction | None = None
    """When the scene's first speech cuts off the last one before the scene, if it does."""
    pace: Fraction = Fraction(1)
    """Of the scene: factor on whatever nobody gave a length."""
    talk: Talk = field(default_factory=lambda: Talk({}))
    """Who is in the scene, for what is done while speaking."""

    def __post_init__(self) -> None:
        self.voice_free = self.voice.free if self.voice is not None else None

    def seconds(self, frame: int) -> Fraction:
        return self.rate.seconds(frame)

    # --- a scene ------------------------------------------------------------------------------

    def play(self, scene: Scene, stage: Stage, setups: list[Setup], room: str) -> None:
        """Lays out all set-ups of the scene."""
        self.pace = Fraction(round(scene.pace * 1000), 1000)
        self.talk = Talk({n: b.person.gender for n, b in stage.bodies.items()}, _things(stage), words=self.words)
        for i, setup in enumerate(setups):
            self._setup(stage, setup, room, last=i == len(setups) - 1)
        for spoken in self.spoken:
            over = spoken.end - self.seconds(self.frame)
            if over > Fraction(1, 4):
                self.report(
                    W.SPEECH_PAST_SCENE, spoken.speech.span, who=spoken.speech.character, over=f"{float(over):.1f}"
                )

    def _setup(self, stage: Stage, setup: Setup, room: str, last: bool) -> None:
        shot = setup.shot
        cut = self._open(None if setup.card else stage, shot, setup.join)
        cut.inferred = setup.inferred
        start = self.seconds(cut.first)
        tight = shot.size in _TIGHT
        beat = (Fraction(3, 10) if tight else Fraction(1, 2)) * self.pace
        if cut.join != "cut":
            # What happens waits for the picture, but half a second at most: a slower dissolve changes no performance.
            beat += min(self.seconds(cut.join_frames) / 2, Fraction(1, 2))
        play = _Play(start + beat, start)
        if setup.card is not None:
            self._title(cut, setup.card, start, play)
        self._override(stage, shot, start)
        leads = shot.audio_leads
        voice_end: Fraction | None = None
        for at, item in enumerate(setup.items):
            if isinstance(item, Speech):
                spoken = self._speech(stage, item, play, room, start - leads if leads else None)
                leads = Fraction(0)
                cut.rests_on.append(spoken)
                voice_end = spoken.end
                cut = self._cuts_inside(cut, spoken, stage, shot)
            else:
                begun = play.now
                self._item(stage, cut, item, play, room)
                if isinstance(item, Played) and _within_speech(setup.items, at):
                    # What somebody does between two halves of what they say does not stop them.
                    play.now = min(play.now, begun + _BETWEEN_HALVES)
        self._close_setup(cut, setup, play, voice_end, last)

    def _override(self, stage: Stage, shot: Shot, start: Fraction) -> None:
        """Per-entity lines of a shot's block (``MARA: gaze window``) begin with the shot and wait for nothing."""
        for line in shot.overrides:
            if line.key not in stage.bodies:
                continue
            for phrase in line.phrases:
                hold_from(stage, line.key, phrase.text, start)
                words = re.sub(r"^(gaze|look)s?\s+(?!at|to|out|up|down|away|in)", r"\1s at ", phrase.text.strip())
                talk = Talk({line.key: 0.5, **self.talk.people}, self.talk.is_thing, words=self.words)
                steps = understand(f"{line.key} {words}", talk, phrase.span)
                for step in steps:
                    if isinstance(step, Doing):
                        perform(stage, step, start)
                done = [step for step in steps if isinstance(step, Doing)]
                if not done or (done[0].doubt and not _is_here(done[0], stage)):
                    remedy = f"write it as a sentence without its subject: `{line.key}: smiles`"
                    self.report(
                        W.UNKNOWN_DIRECTION, phrase.span, text=phrase.text, who=line.key,
                        help=done[0].doubt if done else remedy,
                    )  # fmt: skip

    def _unseen(self, cut: Cut) -> None:
        """A shot of a prop that has been nowhere, and that nothing in it brings in."""
        world = cut.stage.world if cut.stage is not None else None
        for name in cut.shot.subjects if world is not None and not cut.inferred else ():
            made = world.made.get(name) if world is not None and name in world.props else None
            if world is None or made is None or not made.entry.grip or name in world.home_of:
                continue
            if not world.state().item(name).known:
                span = dict(cut.shot.said).get("subjects", cut.shot.span)
                self.report(
                    W.PROP_UNSEEN, span, prop=name, help=f"place it in the scene block: `{name}: on table`"
                )  # fmt: skip

    def _close_setup(self, cut: Cut, setup: Setup, play: _Play, voice_end: Fraction | None, last: bool) -> None:
        self._unseen(cut)
        shot, start = cut.shot, self.seconds(cut.first)
        fade = setup.fade_out.seconds if setup.fade_out is not None else Fraction(0)
        if shot.seconds is not None:
            frames = max(self.rate.frames(shot.seconds), 2)
            end = start + self.seconds(frames)
            self._check_length(cut, setup, end)
            both = self.seconds(cut.head) + setup.leaves
            if both > shot.seconds:
                self.report(
                    W.TRANSITIONS_OVERLAP, shot.span, over=f"{float(both - shot.seconds):.1f}",
                    help=f"make the shot at least {float(both):.1f}s long, or the transitions shorter",
                )  # fmt: skip
        else:
            tail = (Fraction(2, 5) if shot.size in _TIGHT else Fraction(7, 10)) * self.pace
            final = setup.items[-1] if setup.items else None
            if isinstance(final, Speech) and breaks_off(final):
                tail = Fraction(0)
            need = max(play.end, play.now if play.busy else start) + tail
            if shot.speed not in (0, 1) and not any(isinstance(item, Speech) for item in setup.items):
                need = start + (need - start) / shot.speed  # slow motion takes longer to show what is done
            if shot.audio_trails and voice_end is not None:
                need = voice_end - shot.audio_trails
            if last and self.voice_free is not None:
                need = max(need, self.voice_free + tail)
            # A slow dissolve takes more of the shot, not a longer one.
            need += fade * Fraction(3, 4) + min(setup.leaves, Fraction(1)) * Fraction(2, 3)
            least = _LEAST.get(shot.size or Size.MEDIUM, Fraction(2)) * self.pace
            need = max(need, start + setup.leaves * 2, start + least)
            frames = max(self.rate.frames_up(need - start), 2)
        cut.fade_out = min(self.rate.frames(fade), frames)
        self._close(cut, cut.first + frames)

    def _check_length(self, cut: Cut, setup: Setup, end: Fraction) -> None:
        on = [s for s in cut.rests_on if not s.speech.voice_over and s.end > end + Fraction(1, 4) and s.start < end + 1]
        if on and not cut.shot.audio_trails:
            over = max(s.end for s in on) - end
            exact = all(s.timing.exact for s in on)
            self.report(
                W.DIALOGUE_TOO_LONG,
                cut.shot.span,
                over=f"{float(over):.1f}",
                how="" if exact else " (estimated)",
                help=f"give the shot {float(cut.shot.seconds or 0) + float(over) + 0.4:.1f}s, or leave its length out",
            )
        if cut.shot.seconds is not None and cut.shot.seconds < Fraction(2, 5) and not setup.card:
            self.report(W.SHOT_TOO_SHORT, cut.shot.span, seconds=f"{float(cut.shot.seconds):.2f}")
        if cut.shot.seconds is not None and cut.shot.seconds > _VERY_LONG:
            minutes = f"{float(cut.shot.seconds) / 60:.1f}"
            self.report(
                W.SHOT_VERY_LONG, cut.shot.span, minutes=minutes, help="write seconds as `90s`, frames as `90f`"
            )

    # --- cuts ---------------------------------------------------------------------------------

    def overlaps(self, join: Transition | None) -> int:
        """Frames that the next shot takes from the one before it."""
        give = self.cuts[-1].room if self.cuts else self.room
        if join is None or give is None or join.kind not in (TransitionKind.DISSOLVE, TransitionKind.WIPE):
            return 0
        return min(self.rate.frames(join.seconds), give)

    def _open(self, stage: Stage | None, shot: Shot, join: Transition | None) -> Cut:
        before = self.cuts[-1] if self.cuts else None
        give = before.room if before is not None else self.room
        cut = Cut(shot, stage, self.frame)
        if join is not None:
            frames = self.rate.frames(join.seconds)
            match join.kind:
                case TransitionKind.DISSOLVE | TransitionKind.WIPE if give is not None:
                    if frames > give:
                        self.report(
                            W.TRANSITION_TOO_LONG, join.span, kind=join.kind.value, seconds=f"{float(join.seconds):.1f}",
                            left=f"{float(self.seconds(give)):.1f}", help="make the shot before it longer",
                        )  # fmt: skip
                    cut.head = frames = self.overlaps(join)
                    if before is not None:
                        before.tail = frames
                    cut.first -= frames
                    cut.join = "dissolve" if join.kind is TransitionKind.DISSOLVE else "wipe"
                    cut.join_frames = frames
                case TransitionKind.FADE_IN:
                    cut.join, cut.join_frames = "fade in", frames
                case _:
                    pass
            if cut.join_frames == 0:
                cut.join = "cut"
        self.cuts.append(cut)
        return cut

    def _close(self, cut: Cut, end: int) -> None:
        cut.frames = max(end - cut.first, cut.head + 1)
        self.frame = cut.first + cut.frames
        cut.fade_out = min(cut.fade_out, cut.frames)

    def _cuts_inside(self, cut: Cut, spoken: Spoken, stage: Stage, base: Shot) -> Cut:
        """Shots written inside a speech cut in on their words; a timed one gives the picture back when it is over."""
        marks: list[tuple[Fraction, Shot]] = []
        cuts = spoken.speech.cuts
        for i, (word, shot) in enumerate(cuts):
            words = spoken.timing.words
            at = spoken.start + (ms(words[min(word, len(words) - 1)][0]) if words else 0) - _EARLY
            marks.append((at, shot))
            until = cuts[i + 1][0] if i + 1 < len(cuts) else len(words)
            limit = spoken.end if until >= len(words) else spoken.start + ms(words[until][0])
            if shot.seconds is not None and at + shot.seconds < limit - Fraction(3, 5):
                marks.append((at + shot.seconds, _again(base)))
        for at, shot in marks:
            frame = self.rate.frames(at)
            if frame <= cut.first + cut.head:
                cut.shot = shot
                continue
            self._close(cut, frame)
            inferred = cut.inferred and spoken.speech.span == shot.span  # a written shot has its own place
            cut = self._open(stage, shot, None)
            cut.inferred = inferred
            cut.rests_on.append(spoken)
        return cut

    # --- what happens in a shot ---------------------------------------------------------------

    def _speech(self, stage: Stage, speech: Speech, play: _Play, room: str, lead: Fraction | None) -> Spoken:
        line = self.line_of(speech)
        timing = self.timing(line)
        before = self.spoken[-1] if self.spoken else None
        if speech.dual and before is not None:
            start = before.start
        else:
            free = -self.elapsed if self.voice_free is None else self.voice_free + self._gap(before, speech)
            start = max(lead if lead is not None else play.now, free)
            if before is not None and breaks_off(before.speech) and start < before.end:
                self._cut_off(stage, before, start)
            elif before is None and self.voice is not None and self.voice.breaks_off and start < self.voice.end:
                self.cuts_off = start
        spoken = Spoken(speech, line, timing, start, "" if speech.voice_over else room)
        number = len(self.spoken)
        self.spoken.append(spoken)
        overlap = (
            min(_CUT_IN, (spoken.end - start) / 5) if breaks_off(speech) and not speech.voice_over else Fraction(0)
        )
        free = spoken.end - overlap
        self.voice_free = max(self.voice_free, free) if speech.dual and self.voice_free is not None else free
        name = speech.character
        if name in stage.bodies and not speech.voice_over:
            feeling = self.words.feeling(", ".join(speech.manner)) if speech.manner else None
            if feeling is not None:
                stage.feel(name, feeling, start - Fraction(2, 5))
            play.end = max(play.end, self._while_speaking(stage, speech, start))
            stage.speak(name, number, line, start, ms(timing.seconds), self._addressee(stage, name))
        elif (mark := stage.mark(name)) is not None and mark.point is not None:
            stage.hear(mark.point, start)
        if not speech.voice_over:
            play.now = max(play.now, spoken.end - overlap) if speech.dual else spoken.end - overlap
            play.busy = True
        play.end = max(play.end, spoken.end)
        return spoken

    def _gap(self, before: Spoken | None, speech: Speech) -> Fraction:
        """Silence before a speech: none where it cuts in, a breath where its own speaker goes on."""
        if before is not None and breaks_off(before.speech):
            return Fraction(0)
        return (_GAP / 3 if before is not None and before.speech.character == speech.character else _GAP) * self.pace

    def _cut_off(self, stage: Stage, before: Spoken, start: Fraction) -> None:
        """The speech before is heard a moment into this one, then its sound and its lips stop."""
        number = len(self.spoken) - 1
        cut = cut_off(before, start - before.start)
        self.spoken[number] = cut
        for shot in self.cuts[-4:]:
            shot.rests_on = [cut if s is before else s for s in shot.rests_on]
        body = stage.bodies.get(before.speech.character)
        if body is not None:
            body.did.break_off(number, cut.end)

    def _while_speaking(self, stage: Stage, speech: Speech, start: Fraction) -> Fraction:
        """Parentheticals that say what the speaker does play under the words; returns when the last is done."""
        end = start
        for text in speech.manner:
            for step in understand_manner(text, speech.character, self.talk, speech.span):
                begun, done = perform(stage, step, start)
                self.doings.append((step, begun))
                end = max(end, min(done, begun + _LONG_WALK))
        return end

    def _addressee(self, stage: Stage, name: str) -> str:
        """Whom a speaker speaks to: whoever else spoke last in the scene, else the other person there."""
        for spoken in reversed(self.spoken[:-1]):
            other = spoken.speech.character
            if other != name and (other in stage.bodies or stage.mark(other) is not None):
                return other
        return next((n for n in stage.bodies if n != name), "")

    def _item(self, stage: Stage, cut: Cut, item: Item, play: _Play, room: str) -> None:
        match item:
            case Played():
                self._perform(stage, item, play)
            case Pause():
                play.now = self._after_speech(play.now) + item.seconds * self.pace
                play.end = max(play.end, play.now)
                play.busy = True
            case TitleCard():
                self._title(cut, item, max(play.now, self.seconds(cut.first)), play)
            case Sound() | Music() | LightChange() | Title():
                shot_start = self.seconds(cut.first)
                at = (
                    shot_start + item.cue.at
                    if item.cue.at is not None
                    else self._after_speech(play.now)
                    if play.busy
                    else shot_start
                )
                self.noises.append(Noise(item, at, shot_start))
                if isinstance(item, Title) and item.cue == Cue():
                    play.end = max(play.end, at + reading_time(item))
            case _:
                pass

    def _perform(self, stage: Stage, item: Played, play: _Play) -> None:
        begin = play.now
        for step in item.steps:
            if not isinstance(step, Doing):
                read = _reading(step.text) * self.pace
                play.end = max(play.end, play.now + read)
                if len(item.steps) == 1:
                    play.now += read
                continue
            start, end = perform(stage, step, begin if step.together else play.now)
            self.doings.append((step, start))
            begin = start
            end = _waited_for(stage, step, start, end)
            play.now = max(play.now, end)
            play.end = max(play.end, end)
            play.busy = True

    def _after_speech(self, now: Fraction) -> Fraction:
        return now if self.voice_free is None else max(now, self.voice_free)

    def _title(self, cut: Cut, item: TitleCard, at: Fraction, play: _Play) -> None:
        seconds = (
            item.seconds
            if item.seconds is not None
            else max(Fraction(5, 2), Fraction(1) + Fraction(len(item.text), 14))
        )
        zero = self.seconds(cut.first + cut.head)
        cut.overlays.append(
            Overlay(item.text, r4(float(at - zero)), r4(float(at - zero + seconds)), "super" if item.over else "card")
        )
        play.end = max(play.end, at + seconds)


@dataclass(slots=True)
class _Play:
    """Where a shot's playing has got to: ``now`` for what comes next, ``end`` for the last thing that must be seen."""

    now: Fraction
    end: Fraction
    busy: bool = False


def cut_off(before: Spoken, after: Fraction) -> Spoken:
    """A speech of which somebody cuts off the rest, ``after`` seconds from its start: a moment more of it is heard."""
    return replace(before, until=r4(min(float(after) + _STILL_HEARD, before.timing.seconds)))


def breaks_off(speech: Speech) -> bool:
    """Whether a speech ends in a dash: the next one cuts it off."""
    return speech.interrupted or speech.text.rstrip("”\"'’ ").endswith(("--", "—"))


def _is_here(step: Doing, stage: Stage) -> bool:
    """Whether what somebody does something with is a thing or a person of the scene, declared props among them."""
    words = " ".join((step.target or step.object).lower().removeprefix("the ").split())
    known = stage.world is not None and stage.world.find(words, step.subject) is not None
    return known or stage.body(words) is not None or stage.point(words, (0.0, 0.0, 0.0)) is not None


def _within_speech(items: list[Item], at: int) -> bool:
    """Whether an item stands between two halves of one person's speech."""
    before, after = (items[i] if 0 <= i < len(items) else None for i in (at - 1, at + 1))
    return isinstance(before, Speech) and isinstance(after, Speech) and before.character == after.character


def _things(stage: Stage) -> Callable[[str], bool]:
    """The test for a thing that words may mean: a light, a mark, a prop."""
    return lambda words: bool(stage.placed.lights(words)) or stage.mark(words) is not None


def reading_time(title: Title) -> Fraction:
    """Seconds a title stands when it does not say: long enough to be read one and a half times."""
    if title.seconds is not None:
        return title.seconds
    letters = sum(len(line) for line in title.text)
    if title.style == "crawl":
        return max(Fraction(4), Fraction(2 * len(title.text)))
    return max(Fraction(3), Fraction(3, 2) + Fraction(letters, 14))


def _reading(text: str) -> Fraction:
    """Screen time that described but unperformed action is given."""
    words = len(re.findall(r"\w+", text))
    return min(Fraction(4), max(Fraction(1), Fraction(words, 5)))


def _again(base: Shot) -> Shot:
    """The same set-up once more, as long as it takes."""
    return Shot(
        key=f"{base.key}/again",
        size=base.size,
        relation=base.relation,
        subjects=base.subjects,
        height=base.height,
        side=base.side,
        dutch_deg=base.dutch_deg,
        lens=base.lens,
        look=base.look,
        seed=base.seed,
        span=base.span,
    )


def _waited_for(stage: Stage, step: Doing, start: Fraction, end: Fraction) -> Fraction:
    """Until when the film stays with an act: travel, and the way to what is done, count ``_LONG_WALK`` at most."""
    if end - start <= _LONG_WALK:
        return end
    if step.act in TRAVEL:
        return start + _LONG_WALK
    body = stage.bodies.get(step.subject)
    ways = () if body is None else (d for d in body.did if d.act.kind is ActKind.WALK and start <= d.start < end)
    walked = sum((min(d.end, end) - d.start for d in ways), Fraction(0))
    return end - max(Fraction(0), walked - _LONG_WALK)

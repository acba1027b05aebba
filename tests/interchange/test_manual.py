"""The examples of docs/spec/interchange.md are what ``film convert`` writes."""

from __future__ import annotations

import re
from pathlib import Path

from compiler.diagnostics import Report
from compiler.interchange.fdx_read import fdx_to_fountain
from compiler.interchange.fountain import film_to_fountain, fountain_to_film
from compiler.syntax.source import make_source

PAGE = Path(__file__).resolve().parents[2] / "docs" / "spec" / "interchange.md"


def test_the_manuals_film_and_fountain_are_each_others() -> None:
    film, fountain = re.findall(r"^```(?:film|fountain)\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.M | re.S)[:2]
    report = Report()
    assert film_to_fountain(make_source("a.film", film), report) == fountain
    assert fountain_to_film(make_source("a.fountain", fountain), report) == film
    assert not report.items


def test_a_document_of_another_program_is_read_whole() -> None:
    report = Report()
    text = fdx_to_fountain("other.fdx", OTHER.encode("utf-8"), report)
    assert not report.items
    assert text == READ


OTHER = """<?xml version="1.0" encoding="UTF-8"?>
<FinalDraft DocumentType="Script" Template="No" Version="4">
  <Content>
    <Paragraph Type="New Act"><Text>ACT ONE</Text></Paragraph>
    <Paragraph Number="12" Type="Scene Heading">
      <SceneProperties Length="2/8" Page="1" Title=""><Summary><Paragraph><Text>They meet.</Text></Paragraph></Summary></SceneProperties>
      <Text>int. hall - night</Text>
    </Paragraph>
    <Paragraph Type="Scene Heading"><Text>The roof</Text></Paragraph>
    <Paragraph Type="Action"><Text>INT. is how it begins. </Text><Text Style="Bold+Underline">Rain</Text><Text>.</Text></Paragraph>
    <Paragraph Type="Shot"><Text>ANGLE ON THE DOOR</Text></Paragraph>
    <Paragraph Type="Character"><Text>Dr. Woo (</Text><Text>V.O.)</Text></Paragraph>
    <Paragraph Type="Parenthetical"><Text>(softly)</Text></Paragraph>
    <Paragraph Type="Dialogue"><Text>One.</Text><Text>

Two *stars*.</Text></Paragraph>
    <Paragraph><DualDialogue>
      <Paragraph Type="Character"><Text>ANNA</Text></Paragraph><Paragraph Type="Dialogue"><Text>Left.</Text></Paragraph>
      <Paragraph Type="Character"><Text>BO</Text></Paragraph><Paragraph Type="Dialogue"><Text>Right.</Text></Paragraph>
    </DualDialogue></Paragraph>
    <Paragraph Type="Action"><ScriptNote ID="1"><Paragraph><Text>check ]] this</Text></Paragraph></ScriptNote>
      <Text>shot down</Text></Paragraph>
    <Paragraph Type="Transition" StartsNewPage="Yes"><Text>Fade away</Text></Paragraph>
    <Paragraph Type="Cast List"><Text>Anna, Bo</Text></Paragraph>
    <Paragraph Type="General" Alignment="Center"><Text>THE END</Text></Paragraph>
    <Paragraph Type="End of Act"><Text>END OF ACT ONE</Text></Paragraph>
    <Paragraph Type="Action"><Text></Text></Paragraph>
  </Content>
  <TitlePage><Content>
    <Paragraph Alignment="Center"><Text></Text></Paragraph>
    <Paragraph Alignment="Center"><Text Style="Underline">The Hall</Text></Paragraph>
    <Paragraph Alignment="Center"><Text>Written by</Text></Paragraph>
    <Paragraph Alignment="Center"><Text>A. Writer</Text></Paragraph>
    <Paragraph Alignment="Left"><Text>Draft: third</Text></Paragraph>
    <Paragraph Alignment="Left"><Text>12 Mill Lane</Text></Paragraph>
  </Content></TitlePage>
</FinalDraft>
"""
READ = """\
Title: _The Hall_
Credit: Written by
Author: A. Writer
Draft: third
Contact: 12 Mill Lane

# ACT ONE

int. hall - night #12#

= They meet.

.The roof

!INT. is how it begins. _**Rain**_.

ANGLE ON THE DOOR

@Dr. Woo (V.O.)
(softly)
One.
{kept}
Two \\*stars\\*.

ANNA
Left.

BO ^
Right.

[[check ] ] this]]

shot down

===

> Fade away

Anna, Bo

> THE END <

[[END OF ACT ONE]]
""".replace("{kept}", "  ")

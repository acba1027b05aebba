"""Sets: rooms, furniture, lamps and landscapes as meshes, and what of them a window of a shot can show."""

from runtime.previz.sets.build import BuiltSet, build_set, moving
from runtime.previz.sets.survey import Survey, load_survey, save_survey, survey_set

__all__ = ["BuiltSet", "Survey", "build_set", "load_survey", "moving", "save_survey", "survey_set"]

"""Courses: how many sessions, how far apart, when to look again, when to stop."""

from __future__ import annotations

from cryodose.course.calendar import icalendar
from cryodose.course.plan import Course, Sitting, is_long_pause, plan_course
from cryodose.course.progress import Progress, progress_of
from cryodose.course.spec import CourseSpec, Done, Pause, load_course

__all__ = [
    "Course",
    "CourseSpec",
    "Done",
    "Pause",
    "Progress",
    "Sitting",
    "icalendar",
    "is_long_pause",
    "load_course",
    "plan_course",
    "progress_of",
]

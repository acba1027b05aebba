"""Optimisations of the task graph: one file each, one ordered list, each provably keeps the film the same."""

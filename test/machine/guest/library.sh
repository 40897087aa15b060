# Functions for the scripts of jobs.

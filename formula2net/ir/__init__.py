"""The program: operations on values, how it is built, reduced and printed."""

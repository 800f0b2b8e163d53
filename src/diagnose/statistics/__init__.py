"""Statistics: numbers in, a result out; knows no survey words."""

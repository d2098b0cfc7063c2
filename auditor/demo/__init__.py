"""The demonstration: a small real project with history, served and driven, taken through the whole flow."""

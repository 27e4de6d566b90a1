"""What went wrong with a file, in words for whoever named it."""


def told(error: OSError) -> str:
    """The file, where the error names one, and what is the matter with it."""
    reason = error.strerror or error
    return f"{error.filename}: {reason}." if error.filename else f"{reason}."

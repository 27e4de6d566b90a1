"""The demonstration: a drive full of pictures that it draws itself."""

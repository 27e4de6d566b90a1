"""A small OneDrive on a real socket, for the demonstration and the tests."""

"""Alarms as states (RFC 8632): identity, repeats, flapping, shelving; planned work; sources in and out of sight."""

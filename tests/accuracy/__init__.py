"""Stored points: known hard cases, and the worst inputs that searches have found."""

"""What results are measured against: exact values, ULP errors, and the points at which both are taken."""

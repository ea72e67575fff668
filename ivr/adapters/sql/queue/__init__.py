"""What the operator queue did, and call backs."""

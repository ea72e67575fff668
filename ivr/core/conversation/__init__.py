"""What caller, operator and third parties do once they meet: a pure state machine."""

"""The use cases: one class per noun, one method per act."""

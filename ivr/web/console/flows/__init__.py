"""How the client files stand: their pictures, their texts and their versions."""

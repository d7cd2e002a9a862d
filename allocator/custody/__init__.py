"""What happens to a result after it is made: shown to whom, decided by whom, drawn, removed."""

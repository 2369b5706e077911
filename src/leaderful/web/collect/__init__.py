"""What people answer, and what they may see, change and take back."""

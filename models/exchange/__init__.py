"""Sum-preserving transfers between parties."""

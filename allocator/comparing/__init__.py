"""Keys side by side, over a grid of weights and in past half-years; and two results compared."""

"""One household whole: what the register holds, what departments say, what rules make of it, since when."""

"""The example county: invented people, the files their departments would send, and the hidden truth.

`county.generate` writes the files; `evaluation.evaluate` compares warnings with the truth.
"""

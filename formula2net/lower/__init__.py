"""Program -> fx.GraphModule, and what proves that it computes the formula.

Nothing is imported here: the oracle of counts needs no torch.
"""

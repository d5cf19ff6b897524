"""What a clinic does with the front door: screen, plan, keep, and compute again."""

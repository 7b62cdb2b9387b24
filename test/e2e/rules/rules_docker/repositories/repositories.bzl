"""Stands for rules_docker's own dependencies: none."""

def repositories():
    pass

"""Stands for rules_docker's Go dependencies: none."""

def deps():
    pass

from squeeze._native import compress

__all__ = ["compress"]

"""Stands for rules_python's toolchain of build-time tools; the real py_binary resolves it and takes its defaults."""

def _impl(_ctx):
    return [platform_common.ToolchainInfo()]

py_exec_tools_toolchain = rule(_impl)

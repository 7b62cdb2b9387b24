"""Starts image.py with the project's own Python toolchain, in an action or as what `bazel run` starts."""

TOOLCHAIN = "@bazel_tools//tools/python:toolchain_type"
ATTRS = {"_tool": attr.label(default = "//:image.py", allow_single_file = True)}

def interpreter(ctx):
    return ctx.toolchains[TOOLCHAIN].py3_runtime.interpreter_path

def run(ctx, arguments, inputs, outputs, mnemonic):
    ctx.actions.run(
        executable = interpreter(ctx),
        arguments = [ctx.file._tool.path] + arguments,
        inputs = inputs + [ctx.file._tool],
        outputs = outputs,
        mnemonic = mnemonic,
    )

def pusher(ctx, image, repository):
    """What `bazel run` does to push an image.

    Args:
      ctx: of the rule
      image: the folder of an OCI layout
      repository: where to, unless an argument says otherwise

    Returns:
      the providers of the rule
    """
    script = ctx.actions.declare_file(ctx.label.name + ".sh")
    command = "exec {} {} push {} {} \"$@\"\n".format(interpreter(ctx), ctx.file._tool.path, image.short_path, repository)
    ctx.actions.write(script, "#!/bin/sh\n" + command, is_executable = True)
    return [DefaultInfo(executable = script, runfiles = ctx.runfiles([image, ctx.file._tool]))]

def image_layer(ctx, lines, inputs):
    """A layer made of mtree lines.

    Args:
      ctx: of the rule
      lines: what the layer holds
      inputs: the files that the lines name

    Returns:
      the layer's tar
    """
    mtree = ctx.actions.declare_file(ctx.label.name + ".mtree")
    layer = ctx.actions.declare_file(ctx.label.name + ".layer.tar")
    ctx.actions.write(mtree, "".join([line + "\n" for line in lines]))
    run(ctx, ["tar", layer.path, mtree.path], inputs + [mtree], [layer], "ImageLayer")
    return layer

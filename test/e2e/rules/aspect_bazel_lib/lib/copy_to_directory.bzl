"""Stands for aspect_bazel_lib's copy_to_directory: the files of an external repository at their paths within it."""

def _impl(ctx):
    out = ctx.actions.declare_directory(ctx.label.name)
    script = ["set -e"]
    for file in ctx.files.srcs:
        # ../REPOSITORY/PATH
        path = file.short_path.split("/", 2)[2]
        script.append("mkdir -p \"$(dirname '{0}/{1}')\"; cp -L '{2}' '{0}/{1}'".format(out.path, path, file.path))
    ctx.actions.run_shell(command = "\n".join(script), inputs = ctx.files.srcs, outputs = [out], mnemonic = "CopyToDirectory")
    return DefaultInfo(files = depset([out]))

copy_to_directory = rule(
    implementation = _impl,
    attrs = {
        "include_external_repositories": attr.string_list(),
        "srcs": attr.label_list(allow_files = True),
    },
)

"""Stands for rules_oci 2: oci_image on a base in OCI layout, oci_load; oci_push exists and pushes nothing."""

load("//:tool.bzl", "ATTRS", "TOOLCHAIN", "loader", "run")

def _image_impl(ctx):
    image = ctx.actions.declare_directory(ctx.label.name)
    base = ctx.files.base[0]
    names = {"Cmd": ctx.attr.cmd, "Entrypoint": ctx.attr.entrypoint, "User": ctx.attr.user, "WorkingDir": ctx.attr.workdir}
    names["Env"] = ["{}={}".format(key, value) for key, value in ctx.attr.env.items()]
    settings = json.encode({key: value for key, value in names.items() if value})
    layers = ctx.files.tars
    run(ctx, ["image", image.path, base.path, settings] + [layer.path for layer in layers], [base] + layers, [image], "OCIImage")
    return DefaultInfo(files = depset([image]))

oci_image = rule(
    implementation = _image_impl,
    attrs = dict(
        ATTRS,
        base = attr.label(mandatory = True),
        cmd = attr.string_list(),
        env = attr.string_dict(),
        entrypoint = attr.string_list(),
        tars = attr.label_list(allow_files = True),
        user = attr.string(),
        workdir = attr.string(),
    ),
    toolchains = [TOOLCHAIN],
)

def _load_impl(ctx):
    return loader(ctx, ctx.file.image, ctx.attr.repo_tags[0])

oci_load = rule(
    implementation = _load_impl,
    attrs = dict(ATTRS, image = attr.label(allow_single_file = True), repo_tags = attr.string_list()),
    executable = True,
    toolchains = [TOOLCHAIN],
)

def oci_push(name, **_attributes):
    native.filegroup(name = name)

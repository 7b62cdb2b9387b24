from setuptools import Extension, setup

setup(packages=["squeeze"], ext_modules=[Extension("squeeze._native", ["native.cpp"], libraries=["z"])])

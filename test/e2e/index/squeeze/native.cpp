#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <zlib.h>

#include <stdexcept>
#include <vector>

// The exception and the vector are what needs libstdc++.
static std::vector<unsigned char> compressed(const Py_buffer &input) {
  uLongf size = compressBound(input.len);
  std::vector<unsigned char> output(size);
  if (compress(output.data(), &size, static_cast<const Bytef *>(input.buf), input.len) != Z_OK) {
    throw std::runtime_error("zlib failed");
  }
  output.resize(size);
  return output;
}

static PyObject *compress_bytes(PyObject *, PyObject *arguments) {
  Py_buffer input;
  if (!PyArg_ParseTuple(arguments, "y*", &input)) return nullptr;
  PyObject *result = nullptr;
  try {
    const auto output = compressed(input);
    result = PyBytes_FromStringAndSize(reinterpret_cast<const char *>(output.data()), output.size());
  } catch (const std::exception &error) {
    PyErr_SetString(PyExc_RuntimeError, error.what());
  }
  PyBuffer_Release(&input);
  return result;
}

static PyMethodDef methods[] = {{"compress", compress_bytes, METH_VARARGS, "Compresses bytes with zlib."}, {}};
static PyModuleDef module = {PyModuleDef_HEAD_INIT, "squeeze._native", nullptr, -1, methods, nullptr, nullptr, nullptr, nullptr};

PyMODINIT_FUNC PyInit__native() { return PyModule_Create(&module); }

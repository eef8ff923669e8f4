/* fastprob's functions in an extension module written in plain C. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <string.h>

#define FASTPROB_EXTENSION_MODULE
#include "fastprob.h"

/* log P(x <= b), one number */
static PyObject *logcdf(PyObject *module, PyObject *args)
{
  double x, loc, scale;
  (void)module;
  if (!PyArg_ParseTuple(args, "ddd", &x, &loc, &scale)) return NULL;
  return PyFloat_FromDouble(fp_normal_logcdf_f64(x, loc, scale));
}

/* logcdf_into(out, x, loc, scale): contiguous buffers of doubles */
static PyObject *logcdf_into(PyObject *module, PyObject *args)
{
  Py_buffer out, in[3];
  int held = 0, k;
  PyObject *objects[4], *result = NULL;
  (void)module;
  if (!PyArg_ParseTuple(args, "OOOO", &objects[0], &objects[1], &objects[2], &objects[3])) return NULL;
  if (PyObject_GetBuffer(objects[0], &out, PyBUF_CONTIG)) return NULL;
  for (; held < 3; held++)
    if (PyObject_GetBuffer(objects[held + 1], &in[held], PyBUF_CONTIG_RO)) goto end;
  for (k = 0; k < 3; k++)
    if (in[k].len != out.len) {
      PyErr_SetString(PyExc_ValueError, "all arrays must have the same size");
      goto end;
    }
  Py_BEGIN_ALLOW_THREADS
  fp_normal_logcdf_f64_array(out.buf, in[0].buf, in[1].buf, in[2].buf, (size_t)out.len / sizeof(double));
  Py_END_ALLOW_THREADS
  result = Py_NewRef(Py_None);
end:
  for (k = 0; k < held; k++) PyBuffer_Release(&in[k]);
  PyBuffer_Release(&out);
  return result;
}

/* normals(key, stream, out): standard normals 0, 1, 2, ... of a stream, into a contiguous buffer of doubles */
static PyObject *normals(PyObject *module, PyObject *args)
{
  PyObject *key_object, *out_object;
  unsigned long long stream;
  Py_buffer key, out;
  (void)module;
  if (!PyArg_ParseTuple(args, "OKO", &key_object, &stream, &out_object)) return NULL;
  if (PyObject_GetBuffer(key_object, &key, PyBUF_CONTIG_RO)) return NULL;
  if (PyObject_GetBuffer(out_object, &out, PyBUF_CONTIG)) {
    PyBuffer_Release(&key);
    return NULL;
  }
  Py_BEGIN_ALLOW_THREADS
  fp_random_normal_f64(key.buf, stream, 0, out.buf, (size_t)out.len / sizeof(double));
  Py_END_ALLOW_THREADS
  PyBuffer_Release(&key);
  PyBuffer_Release(&out);
  Py_RETURN_NONE;
}

/* draw(kind, key, stream, first, out): units first, first + 1, ... of a stream, whatever can be drawn from it; out is a contiguous
 * buffer of the kind's type, of which only the size is checked here */
static PyObject *draw(PyObject *module, PyObject *args)
{
  const char *kind;
  PyObject *key_object, *out_object;
  unsigned long long stream, first;
  Py_buffer key, out;
  int known = 0;
  (void)module;
  if (!PyArg_ParseTuple(args, "sOKKO", &kind, &key_object, &stream, &first, &out_object)) return NULL;
  if (PyObject_GetBuffer(key_object, &key, PyBUF_CONTIG_RO)) return NULL;
  if (PyObject_GetBuffer(out_object, &out, PyBUF_CONTIG)) {
    PyBuffer_Release(&key);
    return NULL;
  }
#define DRAW(name, type) \
  if (!strcmp(kind, #name) && out.itemsize == sizeof(type)) { \
    known = 1; \
    fp_random_##name(key.buf, stream, first, out.buf, (size_t)out.len / sizeof(type)); \
  }
  FP_RANDOM_FILLS(DRAW)
  PyBuffer_Release(&key);
  PyBuffer_Release(&out);
  if (!known) return PyErr_Format(PyExc_ValueError, "nothing of that size is called %s", kind);
  Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
  {"logcdf", logcdf, METH_VARARGS, "logcdf(x, loc, scale)"},
  {"logcdf_into", logcdf_into, METH_VARARGS, "logcdf_into(out, x, loc, scale)"},
  {"normals", normals, METH_VARARGS, "normals(key, stream, out)"},
  {"draw", draw, METH_VARARGS, "draw(kind, key, stream, first, out)"},
  {NULL, NULL, 0, NULL}};

static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "example_c", NULL, 0, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_example_c(void)
{
  if (fastprob_import()) return NULL;
  return PyModule_Create(&definition);
}

/* Divergence of logistic distributions: polynomials of one variable. Written by tools/coefficients/derive.py, as is
 * math/coefficients.h: change it there. */
#ifndef FASTPROB_LOGISTIC_SCALES_H
#define FASTPROB_LOGISTIC_SCALES_H

/* (E|lambda L + L'| - 1 - lambda)/(1 - lambda)^2 in (lambda - 1/2)/(lambda + 1/2), degree 24: relative error 2^-59.6 */
static const double kl_logistic_value[25] = {
  0x1.21fb54442d184p-2, -0x1.5d2b33c6fa562p-3, -0x1.7c1b2f15d4249p-4, -0x1.d8f570094c3bfp-6, -0x1.7ed8ae134bfb2p-10,
  0x1.030b6a943a4c6p-8, 0x1.a8fb19ee13d15p-9, 0x1.026af58486778p-9, 0x1.05610faf96a69p-10, 0x1.b326ba3d8d221p-12,
  0x1.051b798861413p-13, -0x1.b4c2361c1bf0bp-18, -0x1.be41fecbb016ap-15, -0x1.faa54d0730ecfp-15, -0x1.b617912248903p-15,
  -0x1.4be06411e5644p-15, -0x1.cd09bb3c5f20ap-16, -0x1.27fa7c8bba6b3p-16, -0x1.5c26449518a79p-17, -0x1.7110403f5cfa1p-18,
  -0x1.556ef66eda103p-19, -0x1.03edda467ca26p-20, -0x1.21dd1159bb02ep-22, -0x1.7b6b7ee051f77p-25, -0x1.5fc58954cd66ep-29};
#define KL_LOGISTIC_VALUE_0_LO 0x1.a61644d385c59p-56

/* (1 - d/dlambda E|lambda L + L'|)/(1 - lambda) in the same, degree 28: relative error 2^-58.6 */
static const double kl_logistic_slope[29] = {
  0x1.4da0babd0c631p-1, -0x1.2da7cde43fd18p-1, -0x1.07f15d4aa34dap-2, 0x1.9cbae53efbc84p-5, 0x1.afc87a3043bb8p-4,
  0x1.7caaaba59686cp-5, 0x1.21e674497173ap-7, -0x1.a9cd621867cf4p-10, -0x1.2edfa8ae06ca5p-8, -0x1.18ff0bf1ce687p-8,
  -0x1.729a2f0459598p-9, -0x1.bed9faeaa4946p-10, -0x1.cf1b66d303722p-11, -0x1.81e6d0d1a9984p-12, -0x1.7ee30f2d5e99ap-14,
  0x1.b6a66e25ef2a7p-15, 0x1.ac5320a9bab92p-14, 0x1.af6e3a64f5d48p-14, 0x1.a75644f554285p-14, 0x1.15c75efd3f1b7p-13,
  0x1.529d8aa0bd395p-13, 0x1.4e3d85fb961b7p-14, -0x1.2c596de10e40ep-13, -0x1.7bbf8a780e207p-12, -0x1.a8559367962cep-12,
  -0x1.208f8a909f7c1p-12, -0x1.ec5610c00e4c5p-14, -0x1.e8d060a2a1ea2p-16, -0x1.b1ca355a5aee5p-19};
#define KL_LOGISTIC_SLOPE_0_LO -0x1.89b79b05ecb54p-55

#endif

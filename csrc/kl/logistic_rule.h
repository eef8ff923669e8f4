/* Divergence of logistic distributions: rule and polynomials. Written by tools/coefficients/derive.py, as is
 * math/coefficients.h: change it there. */
#ifndef FASTPROB_LOGISTIC_RULE_H
#define FASTPROB_LOGISTIC_RULE_H

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

/* weights of the trapezoidal rule for the mean of an even function of a logistic number, and its step */
#define KL_LOGISTIC_STEP 0x1.8000000000000p-2
static const double kl_logistic_weights[108] = {
  0x1.8000000000000p-4, 0x1.72cf6a5648901p-3, 0x1.4eafcc4103c2dp-3, 0x1.1c302ce0cef53p-3, 0x1.ca2d8ae77a66fp-4,
  0x1.62279e08a2069p-4, 0x1.08fc01fccfd9bp-4, 0x1.82f97ac365277p-5, 0x1.1590bde215396p-5, 0x1.891beabad618ap-6,
  0x1.13dbbd23750eep-6, 0x1.80b28aa2c7d19p-7, 0x1.0b0c67fba07eap-7, 0x1.719d51414ef7cp-8, 0x1.fe7b00c48f64ep-9,
  0x1.5ffefaa9dcc8dp-9, 0x1.e4ef7a399a8efp-10, 0x1.4dce946395c77p-10, 0x1.cb5513491d400p-11, 0x1.3becdb349f06dp-11,
  0x1.b27b8559a1431p-12, 0x1.2ab7eb0da9458p-12, 0x1.9ab5a4fb4ca18p-13, 0x1.1a5287e574083p-13, 0x1.841e2d114e902p-14,
  0x1.0ac51458af78dp-14, 0x1.6eb72ea5b5b4ep-15, 0x1.f81903f95feaep-16, 0x1.5a783a2ba1761p-16, 0x1.dc4208208f69fp-17,
  0x1.4754b275146ecp-17, 0x1.c1f2147eaf97fp-18, 0x1.353e99bb68842p-18, 0x1.a9152134d1172p-19, 0x1.2427cb14c8793p-19,
  0x1.919761c73e597p-20, 0x1.14027fe1fe2c4p-20, 0x1.7b65bddd6809fp-21, 0x1.04c18530c058bp-21, 0x1.666dfea9b656fp-22,
  0x1.ecb09b72962b5p-23, 0x1.529edb27a9bcdp-23, 0x1.d175e8c4b6b5fp-24, 0x1.3fe7f5fe6332fp-24, 0x1.b7bc705636a49p-25,
  0x1.2e39d56607409p-25, 0x1.9f6eead90829cp-26, 0x1.1d85d8c63aef5p-26, 0x1.88793c6155cb2p-27, 0x1.0dbe2db034508p-27,
  0x1.72c864c6be482p-28, 0x1.fdab89d3aa520p-29, 0x1.5e4a705f52438p-29, 0x1.e1808fab9720dp-30, 0x1.4aee69580a553p-30,
  0x1.c6e41cabd1266p-31, 0x1.38a449c270152p-31, 0x1.adc02a607b2d9p-32, 0x1.275cee5bef889p-32, 0x1.95ffe9ed38c84p-33,
  0x1.170a0a0b03a29p-33, 0x1.7f8fb2d8a4463p-34, 0x1.079e1a0b12bfdp-34, 0x1.6a5cf2c8ffbdbp-35, 0x1.f218b57d39b6fp-36,
  0x1.56561e2603392p-36, 0x1.d6917a3e3a983p-37, 0x1.436aa193a946ep-37, 0x1.bc8fb98454cb8p-38, 0x1.318ad43a39c6ap-38,
  0x1.a3fdecd7617f4p-39, 0x1.20a7ead056c1bp-39, 0x1.8cc7be4b15768p-40, 0x1.10b3eb5c5ebfcp-40, 0x1.76d9f7aa369bap-41,
  0x1.01a1a1a3083ccp-41, 0x1.6222728fef8dbp-42, 0x1.e6c928734bc64p-43, 0x1.4e9009621a85fp-43, 0x1.cbe1f46612437p-44,
  0x1.3c12892015b87p-44, 0x1.b27762bcf0054p-45, 0x1.2a9aa3fa629cbp-45, 0x1.9a746a214786cp-46, 0x1.1a19e4a7f770bp-46,
  0x1.83c52addff872p-47, 0x1.0a82a26ec72c6p-47, 0x1.6e56de6c88757p-48, 0x1.f78febab30c29p-49, 0x1.5a17c7ea9c203p-49,
  0x1.dbbb5beb9f389p-50, 0x1.46f7256bdaf8cp-50, 0x1.c1708cc8ac845p-51, 0x1.34e5221b20318p-51, 0x1.a899bb5287dcap-52,
  0x1.23d2c92011e9bp-52, 0x1.9122587ccd092p-53, 0x1.13b1f93e1501bp-53, 0x1.7af6f81a698e9p-54, 0x1.0475592265a69p-54,
  0x1.660540ca41715p-55, 0x1.ec2098af4d2ffp-56, 0x1.523bdcc7455d9p-56, 0x1.d0edd1ab843eep-57, 0x1.3f8a6b8f6846ap-57,
  0x1.b73bda4af2237p-58, 0x1.2de1745594650p-58, 0x1.9ef56e1eecdc5p-59};
#define KL_LOGISTIC_STEP_SHORT 0x1.2000000000000p-1
static const double kl_logistic_weights_short[38] = {
  0x1.2000000000000p-3, 0x1.0a5e4eda33c69p-2, 0x1.aa484351366fdp-3, 0x1.2f8525ddc400fp-3, 0x1.8d7a02fb37c69p-4,
  0x1.ec87afb0ec08bp-5, 0x1.26d4f00c20928p-5, 0x1.59c0cd4a71e93p-6, 0x1.90929bf970bdfp-7, 0x1.ccd334168d005p-8,
  0x1.07ff3bff6596ap-8, 0x1.2dc638eaa87ebp-9, 0x1.587fce76d5f00p-10, 0x1.88f98fd2b5894p-11, 0x1.c013e0947de84p-12,
  0x1.fec7e7c4326d1p-13, 0x1.2316a1ccfaec1p-13, 0x1.4bbfe3de8c93bp-14, 0x1.7a12c2fb07f03p-15, 0x1.aedaabccc8403p-16,
  0x1.eaff0baf9ea62p-17, 0x1.17c3ae01b85b8p-17, 0x1.3ecfd8e79cd16p-18, 0x1.6b4ef4365c43cp-19, 0x1.9e03bfd2fd425p-20,
  0x1.d7cc240f1c0bfp-21, 0x1.0cd27eff48c13p-21, 0x1.325739664a568p-22, 0x1.5d186e9389087p-23, 0x1.8dd135355f4cbp-24,
  0x1.c556c0190ae0dp-25, 0x1.024e01940c960p-25, 0x1.265aed4900586p-26, 0x1.4f6fe3283cf47p-27, 0x1.7e40a75ebfbd8p-28,
  0x1.b39a14ea9164ap-29, 0x1.f0659e040f7fcp-30, 0x1.1ad6a4d128239p-30};

#endif

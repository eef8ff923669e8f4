/* Polynomials and constants of the building blocks. Written by tools/coefficients/derive.py: change it there. */
#ifndef FASTPROB_COEFFICIENTS_H
#define FASTPROB_COEFFICIENTS_H

#define LOG2E 0x1.71547652b82fep+0
#define LN2 0x1.62e42fefa39efp-1
#define LN2_LO 0x1.abc9e3b39803fp-56
#define LN2_HI 0x1.62e42fefa3800p-1
#define LN2_MID 0x1.ef35793c76730p-45
#define LN2_SHORT_HI 0x1.62e4000000000p-1
#define LN2_SHORT_MID 0x1.7f7d1cf79abcap-20
#define SQRT2 0x1.6a09e667f3bcdp+0
#define SQRT2_LO -0x1.bdd3413b26456p-54
#define INV_SQRT_2PI 0x1.9884533d43651p-2
#define INV_SQRT_2PI_LO -0x1.cbc0d30ebfd15p-56
#define HALF_LOG_2PI 0x1.d67f1c864beb5p-1
#define HALF_LOG_2PI_LO -0x1.65b5a1b7ff5dfp-55
#define TAIL_SHIFT 4.0
#define QUANTILE_SHIFT 1.1768

/* (e^r - 1 - r - r^2/2)/r^3 for |r| <= log(2)/2, degree 9: relative error 2^-53.0 */
static const double exp_rest[10] = {
  0x1.5555555555556p-3, 0x1.5555555555554p-5, 0x1.111111111070dp-7, 0x1.6c16c16c17b85p-10, 0x1.a01a01a900d65p-13,
  0x1.a01a019b4762dp-16, 0x1.71de0a412c6cap-19, 0x1.27e4fb7fa0805p-22, 0x1.af3efe2acfa62p-26, 0x1.1f379b81835a5p-29};
/* (e^r - 1 - r - r^2/2)/r^3 for |r| <= log(2)/2, degree 4: relative error 2^-24.3 */
static const double exp_rest_short[5] = {
  0x1.5555554365077p-3, 0x1.55551957610ebp-5, 0x1.1111412c86de5p-7, 0x1.6d10ceea9f374p-10, 0x1.a05c92b2a1606p-13};

/* (2 atanh(s) - 2s)/s^3 in powers of s^2, |s| <= 0.1716, degree 6: relative error 2^-50.9 */
static const double log_rest[7] = {
  0x1.5555555555558p-1, 0x1.9999999995310p-2, 0x1.2492492df2317p-2, 0x1.c71c62e0dec95p-3, 0x1.7462b6904fc28p-3,
  0x1.39fe14a2b2fbfp-3, 0x1.2b5c64adfa453p-3};

/* (asinh(t) - t)/t^3 in powers of t^2, |t| <= sqrt(1/8), degree 10: error of asinh(t) 2^-68.7 */
static const double asinh_rest_fine[11] = {
  -0x1.5555555555554p-3, 0x1.3333333332fd2p-4, -0x1.6db6db6d816fdp-5, 0x1.f1c71c55a64f1p-6, -0x1.6e8b9e6a2467ap-6,
  0x1.1c4e4d9e0dd2bp-6, -0x1.c988fa663a358p-7, 0x1.79bdd53173c12p-7, -0x1.3967f8f4e6ac5p-7, 0x1.e046466609733p-8,
  -0x1.f011c944756dcp-9};
/* (asinh(t) - t)/t^3 in powers of t^2, |t| <= sqrt(1/8), degree 8: error of asinh(t) 2^-58.9 */
static const double asinh_rest[9] = {
  -0x1.55555555551eep-3, 0x1.33333332c96eep-4, -0x1.6db6db20a7b47p-5, 0x1.f1c6ff8384f6fp-6, -0x1.6e88757c17618p-6,
  0x1.1c175d3b60fbap-6, -0x1.c4d4922a883b6p-7, 0x1.59ceb574b09eap-7, -0x1.77cc836b17816p-8};
/* (asinh(t) - t)/t^3 in powers of t^2, |t| <= sqrt(1/8), degree 6: error of asinh(t) 2^-48.2 */
static const double asinh_rest_short[7] = {
  -0x1.555555549c03ap-3, 0x1.333332497a3c9p-4, -0x1.6db66f02f815dp-5, 0x1.f1ae0c705f305p-6, -0x1.6cf02c43765e2p-6,
  0x1.0d44f939154ffp-6, -0x1.2f4cfbdba3b96p-7};
/* (asinh(t) - t)/t^3 in powers of t^2, |t| <= sqrt(1/8), degree 3: error of asinh(t) 2^-31.8 */
static const double asinh_rest_shortest[4] = {
  -0x1.555515b486881p-3, 0x1.3312e01cbaa87p-4, -0x1.682e3618f3138p-5, 0x1.8bd8fc07dbfdbp-6};

/* (f - log(1 + f))/f^2, sqrt(1/2) <= 1 + f <= sqrt(2), degree 8: relative error 2^-24.1 */
static const double log1p_rest_short[9] = {
  0x1.fffffe6db0186p-2, -0x1.555555bb2ab20p-2, 0x1.00020d31ea572p-2, -0x1.999e4f99cf740p-3, 0x1.5481a861ee813p-3,
  -0x1.23109f13bfadfp-3, 0x1.0d149b2005be9p-3, -0x1.039ed823a0bedp-3, 0x1.36bdf900e71e7p-4};

/* -log(1 - q)/q, 0 <= q <= 1/2, degree 8: relative error 2^-25.2 */
static const double minus_log1m_short[9] = {
  0x1.0000005272630p+0, 0x1.fffe5f1f4a020p-2, 0x1.55ab08020b01ap-2, 0x1.f29e103997025p-3, 0x1.0eab6fd86b667p-2,
  -0x1.71ea512de5c37p-3, 0x1.33e874d6f64aap+0, -0x1.a09fe5f0f08c5p+0, 0x1.6814e62492e2bp+0};

/* sin(pi r)/r in powers of r^2, |r| <= 1/4, degree 6: relative error 2^-54.5 */
static const double sinpi_ratio[7] = {
  0x1.921fb54442d18p+1, -0x1.4abbce625be09p+2, 0x1.466bc67754ffbp+1, -0x1.32d2ccdfe8d0ap-1, 0x1.50782d5e89456p-4,
  -0x1.e2fe766f665bap-8, 0x1.e357bb6294ae5p-12};
/* sin(pi r)/r in powers of r^2, |r| <= 1/4, degree 3: relative error 2^-28.2 */
static const double sinpi_ratio_short[4] = {
  0x1.921fb52e623c9p+1, -0x1.4abbb8fbeeb36p+2, 0x1.465e90851291ap+1, -0x1.2d92c67857012p-1};

/* (cos(pi r) - 1)/r^2 in powers of r^2, |r| <= 1/4, degree 6: relative error 2^-53.8 */
static const double cospi_rest[7] = {
  -0x1.3bd3cc9be45dep+2, 0x1.03c1f081b5a24p+2, -0x1.55d3c7e3b7af6p+0, 0x1.e1f5066549f10p-3, -0x1.a6d1d3529a3bdp-6,
  0x1.f9b8157ddc292p-10, -0x1.ac2d91dc5f3d5p-14};
/* (cos(pi r) - 1)/r^2 in powers of r^2, |r| <= 1/4, degree 3: relative error 2^-30.6 */
static const double cospi_rest_short[4] = {
  -0x1.3bd3cc9889b9ep+2, 0x1.03c1e9de9995bp+2, -0x1.55cb880032907p+0, 0x1.db5f6a4ab0de2p-3};

/* (t + k) e^(t^2/2) Q(t) in u = (t - k)/(t + k), k = TAIL_SHIFT, t from 0 to infinity, degree 25: relative error 2^-54.9 */
static const double tail_poly[26] = {
  0x1.82b4bb8c94dcep-1, -0x1.373e3a893c28bp-1, 0x1.8c6dbf2cfc286p-2, -0x1.7dff2bff6821dp-3, 0x1.eec4cc3e50286p-5,
  -0x1.ee276104e0e7fp-8, -0x1.c81719d83cf54p-9, 0x1.ab825fd87c449p-10, 0x1.17a4afe11c3eap-13, -0x1.e4a42bc3fac38p-13,
  -0x1.0020d63b634bbp-19, 0x1.26d11fc1f60d0p-15, 0x1.80db8e4fcb1d9p-21, -0x1.8d5975b8b5d31p-18, -0x1.5260163380a87p-21,
  0x1.12b730a1daa07p-20, 0x1.2543b81f99d7dp-22, -0x1.52bdd872e34efp-23, -0x1.77f37c3576871p-24, 0x1.105d8f0a25de4p-26,
  0x1.777da417a775fp-26, 0x1.6a72247121598p-31, -0x1.0b5001cbe1080p-28, -0x1.3a3d5bc190337p-31, 0x1.92c1c702b5037p-32,
  0x1.3caa5582b27afp-34};
/* (t + k) e^(t^2/2) Q(t) in u = (t - k)/(t + k), k = TAIL_SHIFT, t from 0 to infinity, degree 9: relative error 2^-24.6 */
static const double tail_poly_short[10] = {
  0x1.82b4bb605f60fp-1, -0x1.373e321abc2ecp-1, 0x1.8c6dce66aa019p-2, -0x1.7e01d3c6d9577p-3, 0x1.eec1676eabdd2p-5,
  -0x1.ec43f529c2978p-8, -0x1.c78e0c28ccf03p-9, 0x1.999d182c810b1p-10, 0x1.0e9d8339d2e79p-13, -0x1.48b5356f11c25p-13};

/* the same, its derivative fitted, degree 26: relative error of the derivative 2^-54.1 */
static const double tail_steep[27] = {
  0x1.82b4bb8c94dcep-1, -0x1.373e3a893c28ap-1, 0x1.8c6dbf2cfc2a7p-2, -0x1.7dff2bff68321p-3, 0x1.eec4cc3e4ea53p-5,
  -0x1.ee276104a41bap-8, -0x1.c81719d773bfap-9, 0x1.ab825fcb1e530p-10, 0x1.17a4afd96dfc3p-13, -0x1.e4a428745138ap-13,
  -0x1.0021618cb7f1bp-19, 0x1.26d0dea74a01dp-15, 0x1.80ec7e342546bp-21, -0x1.8d52ea39983d0p-18, -0x1.52a20dc8a476bp-21,
  0x1.127e85d8cb97ap-20, 0x1.267f72aca3fd0p-22, -0x1.5024cca822bc2p-23, -0x1.7f9ff41a1f0b2p-24, 0x1.f7f95377aff5bp-27,
  0x1.96b37088b80a8p-26, 0x1.81d924243914ep-30, -0x1.5b814c86d45b3p-28, -0x1.cedc97815399bp-31, 0x1.b5edf32b32666p-31,
  0x1.fab02dad33ec3p-34, -0x1.317b063fe0759p-34};
/* the same, its derivative fitted, degree 12: relative error of the derivative 2^-24.9 */
static const double tail_steep_short[13] = {
  0x1.82b4bb7a8e6ccp-1, -0x1.373e3a4c3da32p-1, 0x1.8c6dc61c5f5e3p-2, -0x1.7dff4f87a516bp-3, 0x1.eec26cdc09885p-5,
  -0x1.edfee71eff39ap-8, -0x1.c77f037080ecep-9, 0x1.a92be8e883477p-10, 0x1.06303b5b73b39p-13, -0x1.c353a7e3f990cp-13,
  0x1.6dd1421b743f4p-18, 0x1.60078876e8a39p-16, -0x1.2dcb0bbf33382p-19};

/* half of its second derivative, degree 2: relative error 2^-4.2 */
static const double tail_bend[3] = {
  0x1.a0c208960810ep-2, -0x1.2b2f1f363ad28p-1, 0x1.1a5f6314ca350p-2};

/* erf(x)/x in powers of x^2, |x| <= 1, degree 12: relative error 2^-62.7 */
static const double erf_ratio[13] = {
  0x1.20dd750429b6dp+0, -0x1.812746b0379e6p-2, 0x1.ce2f21a042b34p-4, -0x1.b82ce31284e80p-6, 0x1.565bcd0dba771p-8,
  -0x1.c02db3da8e133p-11, 0x1.f9a321cbb123dp-14, -0x1.f4d1e2200f952p-17, 0x1.b9df13c21a9d9p-20, -0x1.5f1e42805c676p-23,
  0x1.f7ae8d097267fp-27, -0x1.38891a2623ae6p-30, 0x1.05c6f8abd7ea2p-34};
#define ERF_RATIO_0_LO 0x1.18250b814d050p-56
/* erf(x)/x in powers of x^2, |x| <= 1, degree 6: relative error 2^-29.6 */
static const double erf_ratio_short[7] = {
  0x1.20dd74fe1f978p+0, -0x1.81273dbd259cap-2, 0x1.ce2cef75e58b3p-4, -0x1.b7f88b4334fb3p-6, 0x1.5401db0eed01cp-8,
  -0x1.a3dc18fe76f79p-11, 0x1.49234da3ae009p-14};

/* z/q in powers of q^2 with Q(z) = 1/2 - q, |q| <= 1/4, degree 13: relative error 2^-57.8 */
static const double quantile_center[14] = {
  0x1.40d931ff62706p+1, 0x1.4ffddeaa22e40p+1, 0x1.71713082ca85ep+2, 0x1.f55d0d84f8f47p+3, 0x1.78494878313e6p+5,
  0x1.2ba9295620953p+7, 0x1.f03999201fbabp+8, 0x1.a72275898830fp+10, 0x1.68c47f9e9ecdcp+12, 0x1.6e558e883890cp+14,
  0x1.82a5b9f0fff21p+14, 0x1.aae5910a595e9p+19, -0x1.baa9d24159a1cp+21, 0x1.484faf3ed7573p+24};
#define QUANTILE_CENTER_0_LO -0x1.ba5349aadd67dp-53
/* z/q in powers of q^2 with Q(z) = 1/2 - q, |q| <= 1/4, degree 5: relative error 2^-26.1 */
static const double quantile_center_short[6] = {
  0x1.40d931bf1c708p+1, 0x1.4ffefd0274f26p+1, 0x1.710af11b16992p+2, 0x1.01415a0d10497p+4, 0x1.19374825fdd13p+5,
  0x1.29927f0655ff7p+8};

/* sqrt(2) r - z in s = r - QUANTILE_SHIFT with Q(z) = e^(-r^2), s to 26.2, degree 12/12: relative error 2^-57.3 */
static const double quantile_tail_top[13] = {
  0x1.fb55897bddbb1p-1, 0x1.796134af0cd43p+1, 0x1.d075e1fc1a2e3p+1, 0x1.35e576cabbbaap+1, 0x1.ee161631492b9p-1,
  0x1.e61ef01ea14efp-3, 0x1.230d16f371980p-5, 0x1.93c818ba36c55p-9, 0x1.2d96df0077beap-13, 0x1.b5f9f2b8246a8p-19,
  0x1.05ac2714c6c8ap-25, 0x1.677ad05adecc7p-34, 0x1.350174ca577b5p-47};
#define QUANTILE_TAIL_TOP_0_LO 0x1.a80dfc38f4643p-56
static const double quantile_tail_bottom[13] = {
  0x1.0000000000000p+0, 0x1.b5839dfc6a2ccp+1, 0x1.3be06f6c59cb5p+2, 0x1.f9d90093bcbebp+1, 0x1.f00b8d8a4a603p+0,
  0x1.35da491db3fdfp-1, 0x1.ee95e80074576p-4, 0x1.e9f3c26825aa7p-7, 0x1.1d10661326296p-10, 0x1.689cc3ac80c3cp-15,
  0x1.bc87ad9a68aebp-21, 0x1.bd82e9ab0b3aep-28, 0x1.e66982b80818fp-37};
/* sqrt(2) r - z in s = r - QUANTILE_SHIFT with Q(z) = e^(-r^2), s to 9.1, degree 4/4: relative error 2^-25.5 */
static const double quantile_tail_short_top[5] = {
  0x1.fb5588de1fbf6p-1, 0x1.ec66f9741179bp-1, 0x1.bc638454bb5b4p-3, 0x1.51c54c3b51c53p-7, 0x1.4289957292c04p-16};
static const double quantile_tail_short_bottom[5] = {
  0x1.0000000000000p+0, 0x1.69cae48ee20efp+0, 0x1.35ce4c2519c84p-1, 0x1.5071484fb0c5dp-4, 0x1.4b8b85640e503p-9};

/* z^2 + log(2 pi z^2) + 2 log(Q(z)) in powers of 1/z^2, from 1/z^2 on: its asymptotic series */
static const double quantile_far[7] = {
  -0x1.0000000000000p+1, 0x1.4000000000000p+2, -0x1.8aaaaaaaaaaabp+4, 0x1.6100000000000p+7, -0x1.981999999999ap+10,
  0x1.1f86aaaaaaaabp+14, -0x1.dcac249249249p+17};
#define LOG_4PI 0x1.43f89a3f0edd6p+1
#define LOG_4PI_LO 0x1.053cd734e6a31p-54

/* ---- logistic distribution ---- */
/* (e^r - 1 - r - r^2/2)/r^3 for |r| <= log(2)/2, degree 10: relative error 2^-60.5 */
static const double exp_fine[11] = {
  0x1.5555555555555p-3, 0x1.5555555555556p-5, 0x1.111111111110fp-7, 0x1.6c16c16c162dap-10, 0x1.a01a01a01bf8fp-13,
  0x1.a01a01a6d5cbep-16, 0x1.71de3a4be3485p-19, 0x1.27e4db6bfe03dp-22, 0x1.ae6472391c67bp-26, 0x1.1f72f54e02b96p-29,
  0x1.614c5280c9e6fp-33};
#define EXP_FINE_0_LO 0x1.559a2b69fb832p-57
#define EXP_FINE_1_LO -0x1.c978de3ee7284p-60
/* (e^r - 1 - r - r^2/2)/r^3 for |r| <= log(2)/2, degree 6: relative error 2^-35.9 */
static const double exp_medium[7] = {
  0x1.5555555556f20p-3, 0x1.5555555c80f68p-5, 0x1.111111048fb20p-7, 0x1.6c1685a4f4f29p-10, 0x1.a01a2a1151baap-13,
  0x1.a112f5a81dacfp-16, 0x1.721ecf498aa58p-19};

/* (2 atanh(s) - 2s)/s^3 in powers of s^2, |s| <= 1/3, degree 10: relative error 2^-58.0 */
static const double atanh_rest[11] = {
  0x1.5555555555555p-1, 0x1.9999999999943p-2, 0x1.2492492499dffp-2, 0x1.c71c71bed3c0bp-3, 0x1.745d19961e3f9p-3,
  0x1.3b13510111ddcp-3, 0x1.111ac5d6604bap-3, 0x1.e0a1fb9c2527fp-4, 0x1.bc3ee3962a830p-4, 0x1.32c17308cca85p-4,
  0x1.403b43eab5932p-3};
#define ATANH_REST_0_LO 0x1.699753954408fp-55
/* (2 atanh(s) - 2s)/s^3 in powers of s^2, |s| <= 1/3, degree 4: relative error 2^-26.5 */
static const double atanh_rest_short[5] = {
  0x1.5555558d31c30p-1, 0x1.9998d516ec08ap-2, 0x1.24c912e19e4f2p-2, 0x1.bc8e870b05cbcp-3, 0x1.db9e6e0a92af7p-3};

/* (2 atanh(s) - 2s)/s^3 in powers of s^2, |s| <= 1/3, degree 9: relative error 2^-52.8 */
static const double atanh_rest_plain[10] = {
  0x1.5555555555555p-1, 0x1.999999999a230p-2, 0x1.24924923e4c66p-2, 0x1.c71c7268174a3p-3, 0x1.745cf21189c38p-3,
  0x1.3b18938f825b6p-3, 0x1.10ae1aec2dc48p-3, 0x1.eb75e57947e8dp-4, 0x1.68eeafb7d1519p-4, 0x1.4a9ee3edf0d22p-3};
/* (2 atanh(s) - 2s)/s^3 in powers of s^2, |s| <= 1/3, degree 6: relative error 2^-37.1 */
static const double atanh_rest_wide[7] = {
  0x1.555555555ecb6p-1, 0x1.9999995860b2cp-2, 0x1.24926dac13884p-2, 0x1.c70d2f691af9bp-3, 0x1.75de76f3e3e6bp-3,
  0x1.27d985eab0713p-3, 0x1.867efc4e9686dp-3};

/* (2 atanh(s) - 2s)/s^3 in powers of s^2, |s| <= 0.2, degree 4: relative error 2^-34.2 */
static const double atanh_rest_medium[5] = {
  0x1.555555559ef6ap-1, 0x1.999996ca30771p-2, 0x1.2494799605290p-2, 0x1.c5ec3dc069287p-3, 0x1.95b8feb7bc7efp-3};

/* (4 atanh(v/4) - v)/v^3 in powers of v^2, |v| <= 0.327, degree 5: relative error 2^-54.0 */
static const double atanh_quarter_rest[6] = {
  0x1.5555555555555p-6, 0x1.999999999a4a1p-11, 0x1.2492492152da2p-15, 0x1.c71c7edd269d1p-20, 0x1.74504d6da1652p-24,
  0x1.410ee4d3a3a04p-28};

/* 2 log(2/(1 + 2^-n)) for n = 1 and 2, the first part of 42 bits */
#define TWICE_LOG_4_3_HI 0x1.269621134d800p-1
#define TWICE_LOG_4_3_MID 0x1.c93c1df5bb3b6p-44
#define TWICE_LOG_8_5_HI 0x1.e148a1a272000p-1
#define TWICE_LOG_8_5_MID 0x1.b36537e3375b2p-43

/* z tanh(z/2) = 1, and the reciprocal of that z, which is tanh(z/2) */
#define LOGISTIC_TURN 0x1.8b1c90fe803bbp+0
#define LOGISTIC_TURN_MID -0x1.46807ca0ab493p-54
#define LOGISTIC_TURN_LO -0x1.d97139530b980p-108
#define LOGISTIC_TURN_LAST -0x1.6e61e04dfb8fcp-162
#define LOGISTIC_TURN_TANH 0x1.4bbbf0285429dp-1
#define LOGISTIC_TURN_TANH_LO 0x1.049ae5d8c118ep-55
/* e^-z there, and what is left of 1 */
#define LOGISTIC_TURN_EXP 0x1.b58f6abdcd80dp-3
#define LOGISTIC_TURN_EXP_LO -0x1.b2d9f8fa504bfp-57
#define LOGISTIC_TURN_LESS 0x1.929c25508c9fdp-1
#define LOGISTIC_TURN_LESS_LO -0x1.26930382d7da0p-56

/* ---- moments ---- */
#define SQRT_2PI_E 0x1.087eaba64708ap+2
#define SQRT_2PI_E_LO 0x1.177031e6ed67fp-53
#define E_SQUARED 0x1.d8e64b8d4ddaep+2
#define E_SQUARED_LO -0x1.9e62e22efca4cp-53
#define PI_SQUARED_THIRD 0x1.a51a6625307d3p+1
#define PI_SQUARED_THIRD_LO 0x1.1873d8912200cp-54
#define PI_OVER_SQRT3 0x1.d05527b6e43d2p+0
#define PI_OVER_SQRT3_LO 0x1.fa756377d5f6ep-57
#define TWELFTH 0x1.5555555555555p-4
#define TWELFTH_LO 0x1.5555555555555p-58
#define SQRT_TWELFTH 0x1.279a74590331cp-2
#define SQRT_TWELFTH_LO 0x1.34863e0792bedp-56
#define ACOSH_2 0x1.5124271980435p+0
#define ACOSH_2_LO -0x1.9065ed0bf9dcbp-54

/* 2/3, 2/5, 2/7 ...: (2 atanh(s) - 2s)/s^3 by its series in s^2, and the low parts */
static const double atanh_series[13] = {
  0x1.5555555555555p-1, 0x1.999999999999ap-2, 0x1.2492492492492p-2, 0x1.c71c71c71c71cp-3, 0x1.745d1745d1746p-3,
  0x1.3b13b13b13b14p-3, 0x1.1111111111111p-3, 0x1.e1e1e1e1e1e1ep-4, 0x1.af286bca1af28p-4, 0x1.8618618618618p-4,
  0x1.642c8590b2164p-4, 0x1.47ae147ae147bp-4, 0x1.2f684bda12f68p-4};
static const double atanh_series_lo[13] = {
  0x1.5555555555555p-55, -0x1.999999999999ap-56, 0x1.2492492492492p-56, 0x1.c71c71c71c71cp-57, -0x1.745d1745d1746p-58,
  -0x1.3b13b13b13b14p-57, 0x1.1111111111111p-59, 0x1.e1e1e1e1e1e1ep-60, 0x1.af286bca1af28p-58, 0x1.8618618618618p-58,
  0x1.642c8590b2164p-59, -0x1.eb851eb851eb8p-60, 0x1.2f684bda12f68p-58};

/* The nodes of Gauss and Legendre's rule of 8 on [0, 1], and their weights */
static const double legendre_nodes_8[8] = {
  0x1.454e34f533998p-6, 0x1.a06d536d82f88p-4, 0x1.e5dad4f9af698p-3, 0x1.a214dac30e32fp-2, 0x1.2ef5929e78e69p-1,
  0x1.86894ac19425ap-1, 0x1.cbf255924fa0fp-1, 0x1.f5d58e5856633p-1};
static const double legendre_weights_8[8] = {
  0x1.9ea1d04ca0374p-5, 0x1.c76fb531d2b96p-4, 0x1.413c50a255615p-3, 0x1.736360b199343p-3, 0x1.736360b199343p-3,
  0x1.413c50a255615p-3, 0x1.c76fb531d2b96p-4, 0x1.9ea1d04ca0374p-5};

/* The nodes of Gauss and Legendre's rule of 16 on [0, 1], and their weights */
static const double legendre_nodes_16[16] = {
  0x1.5b4f66ca1e083p-8, 0x1.c60a99e906503p-6, 0x1.132ff2bac6df4p-4, 0x1.f4ee8896e3653p-4, 0x1.874b732542e90p-3,
  0x1.157ed32de2c47p-2, 0x1.6fd1a8cdee642p-2, 0x1.cf5a853312ac1p-2, 0x1.1852bd6676aa0p-1, 0x1.48172b9908cdfp-1,
  0x1.754096690e9ddp-1, 0x1.9e2d2336af45cp-1, 0x1.c1622eed23936p-1, 0x1.dd9a01a8a7241p-1, 0x1.f1cfab30b7cd8p-1,
  0x1.fd4961326bc3fp-1};
static const double legendre_weights_16[16] = {
  0x1.bcddab4b7c211p-7, 0x1.fdfb1a2c1265dp-6, 0x1.85c4ee79cc258p-5, 0x1.fe7af2bad386ap-5, 0x1.325f61bca3cbfp-4,
  0x1.5a6ebbb5a75fcp-4, 0x1.75f8c77e0c00fp-4, 0x1.83feae80e4dfcp-4, 0x1.83feae80e4dfcp-4, 0x1.75f8c77e0c00fp-4,
  0x1.5a6ebbb5a75fcp-4, 0x1.325f61bca3cbfp-4, 0x1.fe7af2bad386ap-5, 0x1.85c4ee79cc258p-5, 0x1.fdfb1a2c1265dp-6,
  0x1.bcddab4b7c211p-7};

/* The nodes of Gauss and Legendre's rule of 24 on [0, 1], and their weights */
static const double legendre_nodes_24[24] = {
  0x1.3b690cb733ec7p-9, 0x1.9e0c1e680f139p-7, 0x1.f9a7a58f55b36p-6, 0x1.d13df3cd9785bp-5, 0x1.70a2cc7cb2401p-4,
  0x1.0a1ce248c4454p-3, 0x1.685a2340bdef4p-3, 0x1.d17d08a7651aap-3, 0x1.21e5d13f0eda5p-2, 0x1.5eb2b9d3b8b78p-2,
  0x1.9e25aaf51ac1dp-2, 0x1.df33ef5824ba3p-2, 0x1.10660853eda2ep-1, 0x1.30ed2a85729f2p-1, 0x1.50a6a31623a44p-1,
  0x1.6f0d17607892dp-1, 0x1.8ba0bdd626b95p-1, 0x1.a5e9772fd0843p-1, 0x1.bd78c76dceeebp-1, 0x1.d1eba67069b80p-1,
  0x1.e2ec20c32687ap-1, 0x1.f032c2d385526p-1, 0x1.f987cf865fc3bp-1, 0x1.fec496f348cc1p-1};
static const double legendre_weights_24[24] = {
  0x1.9465bd3112202p-8, 0x1.d375514486f1dp-7, 0x1.6ab884f57c979p-6, 0x1.e5c6255d25edap-6, 0x1.2c6d5c2eff064p-5,
  0x1.6108ef504463ap-5, 0x1.8fd8936444b16p-5, 0x1.b8177ba4a68dcp-5, 0x1.d91c78acb1b2dp-5, 0x1.f25cbce1d1ff6p-5,
  0x1.01b7117cf8bd8p-4, 0x1.060475e763736p-4, 0x1.060475e763736p-4, 0x1.01b7117cf8bd8p-4, 0x1.f25cbce1d1ff6p-5,
  0x1.d91c78acb1b2dp-5, 0x1.b8177ba4a68dcp-5, 0x1.8fd8936444b16p-5, 0x1.6108ef504463ap-5, 0x1.2c6d5c2eff064p-5,
  0x1.e5c6255d25edap-6, 0x1.6ab884f57c979p-6, 0x1.d375514486f1dp-7, 0x1.9465bd3112202p-8};

/* The nodes of Gauss and Legendre's rule of 32 on [0, 1], and their weights */
static const double legendre_nodes_32[32] = {
  0x1.66a18fbf64a0fp-10, 0x1.d77b63ad0c91bp-8, 0x1.20aae7fac455ap-6, 0x1.0a9fed30405eep-5, 0x1.a8ab25d459a36p-5,
  0x1.347ec0a5e57b4p-4, 0x1.a4e5adf8ed0ebp-4, 0x1.123ed9c52d88dp-3, 0x1.590aec76f00edp-3, 0x1.a62dd72d3a6b8p-3,
  0x1.f8ef3af329ac5p-3, 0x1.2844a541c8387p-2, 0x1.5615518d42105p-2, 0x1.857c20798fdadp-2, 0x1.b607c563a0372p-2,
  0x1.e74437b7733b6p-2, 0x1.0c5de42446625p-1, 0x1.24fc1d4e2fe47p-1, 0x1.3d41efc338129p-1, 0x1.54f557395ef7dp-1,
  0x1.6bddad5f1be3cp-1, 0x1.81c431433594fp-1, 0x1.96748a34b1652p-1, 0x1.a9bd44e243fc5p-1, 0x1.bb70498eb49ddp-1,
  0x1.cb634a40e25e3p-1, 0x1.d97027eb43509p-1, 0x1.e5754da2ba65dp-1, 0x1.ef56012cfbfa1p-1, 0x1.f6faa8c029dd5p-1,
  0x1.fc510938a5e6ep-1, 0x1.ff4caf38204dbp-1};
static const double legendre_weights_32[32] = {
  0x1.cbf8bc743cc5cp-9, 0x1.0aa3c248696c9p-7, 0x1.a0060a8531ffap-7, 0x1.18c5800a355d9p-6, 0x1.5ee963a335495p-6,
  0x1.a1c6ae961fbfap-6, 0x1.e0bd76c924981p-6, 0x1.0d9b9a62cac10p-5, 0x1.2854103b35e0cp-5, 0x1.40483e126fd14p-5,
  0x1.553ee25ebebc6p-5, 0x1.6705e18e13ed1p-5, 0x1.7572bdb3f6e51p-5, 0x1.8062fc0f6fef9p-5, 0x1.87bc776f8c6d7p-5,
  0x1.8b6d9eaec77adp-5, 0x1.8b6d9eaec77adp-5, 0x1.87bc776f8c6d7p-5, 0x1.8062fc0f6fef9p-5, 0x1.7572bdb3f6e51p-5,
  0x1.6705e18e13ed1p-5, 0x1.553ee25ebebc6p-5, 0x1.40483e126fd14p-5, 0x1.2854103b35e0cp-5, 0x1.0d9b9a62cac10p-5,
  0x1.e0bd76c924981p-6, 0x1.a1c6ae961fbfap-6, 0x1.5ee963a335495p-6, 0x1.18c5800a355d9p-6, 0x1.a0060a8531ffap-7,
  0x1.0aa3c248696c9p-7, 0x1.cbf8bc743cc5cp-9};

/* log 2 and log(2 pi)/2 with 256 fraction bits, in limbs of 64, the least significant first */
#define FIXED_LN2 {0x8a0d175b8baafa2bu, 0x40f343267298b62du, 0xc9e3b39803f2f6afu, 0xb17217f7d1cf79abu, 0x0000000000000000u}
#define FIXED_HALF_LOG_2PI {0xdec6a3133daa155du, 0xcfb08f8d13458b4du, 0x94bc900144192023u, 0xeb3f8e4325f5a534u, 0x0000000000000000u}

#endif

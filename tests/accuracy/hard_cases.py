"""Arguments at which libraries are known to go wrong, with their right answers.

The answers were computed with mpmath at 50 and more digits and are written to as many digits as are worth reading; the tests
hold the package to the exact values, and the exact values to these.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

INF, NAN = math.inf, math.nan


@dataclass(frozen=True)
class Case:
    op: str
    args: tuple[float, ...]
    values: tuple[str, ...]  # one an output; "" where none is listed
    dtype: Any = np.float64

    def __str__(self) -> str:
        arguments = ", ".join(f"{value:.17g}" for value in self.args)
        return f"{self.op}({arguments}){'' if self.dtype is np.float64 else ' f32'}"


def _hex(values: str) -> tuple[float, ...]:
    return tuple(map(float.fromhex, values.split()))


# Phi(b) - Phi(a), next to loc, where 4 is added to a
INTERVALS_BESIDE_LOC = [
    (_hex("0x1.7913578af8f3bp-11 0x1.49df4f731f89cp-7 0x0p+0 0x1.fffffffffff8ep-1"), "0.00372912068886036909"),
    (_hex("0x1.d717b0f5c8c82p-9 0x1.00f38a3b5232fp-7 0x0p+0 0x1.000000000001dp+0"), "0.00169443102822417707"),
]

# Phi(b) - Phi(a): differences of cdf cancel, or underflow
LOG_INTERVALS = [
    ((30.0, 31.0), "-454.321243956343252"),
    ((-31.0, -30.0), "-454.321243956343252"),
    ((0.0, 1e-20), "-46.970640393085586"),
    ((-INF, INF), "0"),
    ((1.0, 1.0), "-inf"),
    ((INF, INF), "-inf"),
    ((1.0, 0.0), "nan"),
    ((-INF, -1e3), "-500007.82669481216"),
    ((-8.0, INF), "-6.2209605742717858e-16"),
    ((-INF, 38.4), "-6.42e-323"),
]
INTERVALS = [
    ((0.0, 1e-20), "3.9894228040143266e-21"),
    ((-INF, INF), "1"),
    ((1.0, 1.0), "0"),
    ((1.0, 0.0), "nan"),
    ((-INF, -20.0), "2.7536241186062337e-89"),
    ((30.0, INF), "4.9067139271481872e-198"),
    ((-INF, -38.4), "6.4e-323"),
]

# 1/(1 + e^-b) - 1/(1 + e^-a)
LOGISTIC_INTERVALS = [
    ((0.0, 1e-20), "2.5e-21"),
    ((-INF, INF), "1"),
    ((1.0, 1.0), "0"),
    ((1.0, 0.0), "nan"),
    ((700.0, 701.0), "6.23250424671e-305"),
    ((-INF, -745.0), "4.94e-324"),
]
LOGISTIC_LOG_INTERVALS = [
    ((0.0, 1e-20), "-47.43799622"),
    ((-50.0, 60.0), "-1.928837413e-22"),
    ((-INF, INF), "0"),
    ((1.0, 1.0), "-inf"),
    ((1.0, 0.0), "nan"),
    ((-INF, -1e3), "-1000"),
    ((-745.0, INF), "-4.94e-324"),
]

# log Phi: log(cdf) is -inf below -38 and 0 above 8
LOG_CDF = [
    (-1e3, "-500007.82669481216"),
    (-1e5, "-5000000012.4318638"),
    (-1e10, "-5e19"),
    (-1e100, "-5e199"),
    (-1.3e154, "-8.45e307"),
    (-1e200, "-inf"),  # the right rounding
    (-37.5, "-707.66898931750723"),
    (-8.5, "-39.197396428217672"),
    (-5.0, "-15.064998393988725"),
    (-1e-10, "-0.6931471806397338"),
    (0.0, "-0.69314718055994529"),
    (1e-10, "-0.69314718048015689"),
    (1.0, "-0.17275377902344988"),
    (3.0, "-0.0013508099647481938"),
    (5.5, "-1.8989562646189464e-08"),
    (8.0, "-6.2209605742717858e-16"),
    (10.0, "-7.6198530241605255e-24"),
    (20.0, "-2.7536241186062337e-89"),
    (float.fromhex("0x1.2609a40c1afa5p+5"), "-4.88898539631001291e-296"),   # the tail's reciprocal, not rounded once more
    (37.5, "-4.6053530095819552e-308"),
    (38.4, "-6.42e-323"),  # 13 steps of the least subnormal
    (INF, "-0.0"),
    (-INF, "-inf"),
    (NAN, "nan"),
]
LOG_CDF_F32 = [
    (-1e3, "-500007.8"),
    (-1e10, "-5e19"),
    (-1e19, "-5e37"),
    (-14.0, "-101.56303"),
    (5.5, "-1.8989562e-08"),
    (13.0, "-6.117164e-39"),
]

UPPER_LOG_CDF = [
    (_hex("0x1.287f00ac1eb17p+5 0x1.9763fddc477e1p-47 0x1.00f4da60e5708p+0"), "-9.50055813325176095e-299"),
    (_hex("0x1.2896f51babb34p+7 0x1.57eaa6bb78b48p-54 0x1.000000003f76cp+2"), "-3.72685596104621178e-301"),
    (_hex("0x1.2d94f5fd74f74p+5 -0x1.9c38b9cc3258cp-52 0x1.080f9c88d5070p+0"), "-9.97261666151558095e-293"),
]

# Phi, lower tail: 1 - erf loses it all, erfc without a split square loses 1000 ULP
CDF = [
    (-9.0, "1.1285884059538405e-19"),
    (-20.0, "2.7536241186062337e-89"),
    (-30.0, "4.9067139271481872e-198"),
    (-37.5, "4.6053530095819552e-308"),
    (-38.0, "2.8854283510039645e-316"),
    (-38.4, "6.4e-323"),
    (-38.6, "0"),
]
CDF_F32 = [
    (-5.0, "2.8665157e-07"),
    (-6.0, "9.8658765e-10"),
    (-10.0, "7.619853e-24"),
    (-13.0, "6.1171644e-39"),
    (-14.0, "7.8e-45"),
]
PDF = [
    (10.0, "7.6945986267064188e-23"),
    (30.0, "1.4736461348785476e-196"),
    (37.0, "2.1200065515246056e-298"),
    (38.5, "5.43e-323"),
    (38.6, "0"),  # just under half of the least subnormal
]

QUANTILES = [
    (5e-324, "-38.467405617144344"),
    (1e-300, "-37.047096299361201"),
    (1e-20, "-9.262340089798407"),
    (0.5 + 1e-12, "2.5065728237018603e-12"),
    (1 - 1e-12, "7.0344869100478356"),
    (1 - 2**-53, "8.2095361516013874"),
    (0.0, "-inf"),
    (1.0, "inf"),
    (-0.1, "nan"),
    (1.1, "nan"),
    (NAN, "nan"),
]

# by log probabilities, of which many are none or 1
LOG_QUANTILES = [
    (-1e10, "-141421.356146952306"),
    (-800.0, "-39.8846948382566776"),
    (-1e-5, "4.26489191030892254"),
    (-1e-20, "9.26234008979840758"),
    (-1e-300, "37.0470962993611992"),
    (-5e-324, "38.4674056171443463"),
    (-INF, "-inf"),
    (0.0, "inf"),
    (-0.0, "inf"),
    (1e-300, "nan"),
    (NAN, "nan"),
]

# d log Phi/dz, the inverse Mills ratio: phi/Phi is 0/0 in the tail
LOG_CDF_SLOPE = [
    (-50.0, "50.019984031905636"),
    (-1e3, "1000.000999998"),
    (-1e5, "100000.00001"),
    (-1e8, "1.0000000000000001e8"),
    (-1e10, "1e10"),
    (0.0, "0.79788456080286541"),
    (5.0, "1.4867199409049056e-06"),
    (10.0, "7.6945986267064188e-23"),
    (37.0, "2.1200065515246056e-298"),
]

# Extreme scales, which must not be squared
LOG_PDF = [
    ((0.0, 0.0, 1e-200), "459.59808006560445"),
    ((0.0, 0.0, 1e200), "-461.43595713201381"),
    ((1e8 + 1, 1e8, 1.0), "-1.4189385332046727"),
    ((INF, 0.0, 1.0), "-inf"),
    ((-INF, 0.0, 1.0), "-inf"),
    ((INF, INF, 1.0), "nan"),
    ((1e160, 0.0, 1.0), "-inf"),
    ((0.0, 0.0, INF), "-inf"),
    ((0.0, 0.0, 0.0), "nan"),
    ((0.0, 0.0, -1.0), "nan"),
    ((NAN, 0.0, 1.0), "nan"),
    ((0.0, NAN, 1.0), "nan"),
    ((0.0, 0.0, NAN), "nan"),
]

# On either side of where a second look begins or began: |z| above 2^500 with a subnormal scale; scale 2^-960 and 2^960, also over
# and times the root of 2; a result of 2^-12, and of 2^-11 with the scales whose logarithm is hardest
LOG_PDF_LOOKS = [
    (_hex("-0x1.bf701e9ffbcdap-525 0x1.458a1bfcd56c3p-1020 0x0.1bf701e9f8ff4p-1022"), "-2.14301721461307253546e+301"),
    (_hex("0x1.7ffffffffffffp-960 0x1.fffffffffffffp-963 0x1.fffffffffffffp-961"), "663.721104804342824479"),
    (_hex("0x1.8p-960 0x1.0p-962 0x1.0p-960"), "663.721104804342824299"),
    (_hex("0x1.8p+960 0x1.0p+958 0x1.0p+960"), "-667.121481870752169782"),
    (_hex("0x1.8000000000002p+960 0x1.0000000000001p+958 0x1.0000000000001p+960"), "-667.121481870752170143"),
    (_hex("0x1.cfb0e4773190dp-3 0x0.0p+0 0x1.3333333333333p-2"), "0.000244165039062484769904"),
    (_hex("0x1.cfb0e7121921ep-3 0x0.0p+0 0x1.3333333333333p-2"), "0.000244116210937528316854"),
    (_hex("0x1.0f876ccdf6cd9p+961 0x1.6a09e667f3bccp+958 0x1.6a09e667f3bccp+960"), "-667.468055461032142348"),
    (_hex("0x1.0f876ccdf6cdap+961 0x1.6a09e667f3bcep+958 0x1.6a09e667f3bcep+960"), "-667.468055461032142466"),
    (_hex("0x1.0f876ccdf6cd9p-960 0x1.6a09e667f3bccp-963 0x1.6a09e667f3bccp-961"), "664.067678394622797042"),
    (_hex("0x1.0f876ccdf6cdap-960 0x1.6a09e667f3bcep-963 0x1.6a09e667f3bcep-961"), "664.067678394622796924"),
    (_hex("0x1.632880964afb1p-3 0x0.0p+0 0x1.6a09e667f3bccp-2"), "0.000488281250488278159045"),
    (_hex("0x1.63288096512c2p-3 0x0.0p+0 0x1.6a09e667f3bccp-2"), "0.000488281249511719110937"),
    (_hex("0x1.cdc71c41b5446p-3 0x0.0p+0 0x1.6a09e667f3bcep-3"), "0.00048828125048833867639"),
    (_hex("0x1.cdc71c41b6753p-3 0x0.0p+0 0x1.6a09e667f3bcep-3"), "0.000488281249511650237823"),
]

# On either side of where a second look begins; a scale next to 1/4, where two terms of 2^-53 cancel
LOGISTIC_LOG_PDF_LOOKS = [
    (_hex("0x1.0f876ccdf6cd9p+961 0x1.6a09e667f3bccp+958 0x1.6a09e667f3bccp+960"), "-667.521725090518215385"),
    (_hex("0x1.0f876ccdf6cdap+961 0x1.6a09e667f3bcep+958 0x1.6a09e667f3bcep+960"), "-667.521725090518215611"),
    (_hex("0x1.0f876ccdf6cd9p-960 0x1.6a09e667f3bccp-963 0x1.6a09e667f3bccp-961"), "664.014008765136724006"),
    (_hex("0x1.0f876ccdf6cdap-960 0x1.6a09e667f3bcep-963 0x1.6a09e667f3bcep-961"), "664.014008765136723779"),
    (_hex("0x1.0d38b9d1a98a8p-28 0x0.0p+0 0x1.fffffffffffffp-3"), "4.96291324969255561503e-17"),
    (_hex("0x1.3c2c38f0cb892p-28 0x0.0p+0 0x1.fffffffffffffp-3"), "2.63484811376319358728e-17"),
    (_hex("0x0.0p+0 0x0.0p+0 0x1.fffffffffffffp-3"), "1.11022302462515660205e-16"),
    (_hex("0x1.0p-28 0x0.0p+0 0x1.0000000000001p-2"), "-2.77555756156289085289e-16"),
    (_hex("0x0.0p+0 0x0.0p+0 0x1.ffffffffffff0p-3"), "1.7763568394002520424e-15"),
    (_hex("0x1.0p-27 0x0.0p+0 0x1.ffffffffffff0p-3"), "1.55431223447521995367e-15"),
]

# Widths on either side of where elements are usual; next to 1, and to where the logarithm's split begins
UNIFORM_LOG_PDF = [
    (_hex("0x0.0p+0 -0x1.fffffffffffffp-503 0x1.7ffffffffffffp-501"), "346.573590279972654847"),
    (_hex("0x0.0p+0 -0x1.0p-502 0x1.8000000000000p-501"), "346.573590279972654709"),
    (_hex("0x0.0p+0 -0x1.fffffffffffffp+252 0x1.7ffffffffffffp+254"), "-176.752531042786053763"),
    (_hex("0x0.0p+0 -0x1.0p+253 0x1.8000000000000p+254"), "-176.752531042786053901"),
    (_hex("0x1.0p-1 -0x1.11a0e74c0b666p-9 0x1.feee5f18b3f49p-1"), "6.67868538251070753651e-17"),
    (_hex("0x1.0p-1 0x1.0p-2 0x1.4000000000001p+0"), "-2.22044604925031283433e-16"),
    (_hex("0x1.0p-1 0x1.0p-53 0x1.0p+0"), "1.11022302462515660205e-16"),
    (_hex("0x1.0p-1 -0x1.0p-54 0x1.0p+0"), "-5.55111512312578254804e-17"),
    (_hex("0x0.0p+0 0x0.0p+0 0x1.6a09e667f3bccp-1"), "0.34657359027997274336"),
    (_hex("0x0.0p+0 0x0.0p+0 0x1.6a09e667f3bcdp-1"), "0.346573590279972586351"),
    (_hex("0x0.0p+0 -0x1.0p-55 0x1.6a09e667f3bcdp-1"), "0.346573590279972547098"),
    (_hex("0x0.0p+0 0x0.0p+0 0x1.6a09e667f3bcdp+0"), "-0.346573590279972723067"),
    (_hex("0x0.0p+0 0x0.0p+0 0x1.6a09e667f3bccp+0"), "-0.346573590279972566057"),
]
UNIFORM_LOG_PDF_F32 = [
    (_hex("0x0.0p+0 0x0.0p+0 0x1.fffffe0000000p-61"), "41.5888308932013651168"),
    (_hex("0x0.0p+0 0x0.0p+0 0x1.0p-60"), "41.588830833596718565"),
    (_hex("0x0.0p+0 0x0.0p+0 0x1.fffffe0000000p+61"), "-42.9751251351119626321"),
    (_hex("0x0.0p+0 0x0.0p+0 0x1.0p+62"), "-42.9751251947166091839"),
    (_hex("0x1.0p-1 0x1.5496a00000000p-8 0x1.0154960000000p+0"), "3.72529036785085482487e-8"),
    (_hex("0x1.0p-1 0x1.0p-24 0x1.0p+0"), "5.96046465517475349863e-8"),
    (_hex("0x1.0p-1 -0x1.0p-26 0x1.0p+0"), "-1.49011610828253548904e-8"),
    (_hex("0x0.0p+0 0x0.0p+0 0x1.6a09e60000000p-1"), "0.346573607394243836958"),
    (_hex("0x0.0p+0 0x0.0p+0 0x1.6a09e80000000p-1"), "0.346573523100548925258"),
    (_hex("0x0.0p+0 0x0.0p+0 0x1.6a09e60000000p+0"), "-0.346573573165701472459"),
    (_hex("0x0.0p+0 0x0.0p+0 0x1.6a09e80000000p+0"), "-0.346573657459396384159"),
    (_hex("0x0.0p+0 -0x1.0p-27 0x1.6a09e60000000p-1"), "0.346573596857531584418"),
]

# On either side of where elements are unusual: 2^-30 from the zero of d/dscale; scale 2^-400 and 2^400; |z| 2^-400; and of 3/4
LOGISTIC_LOG_PDF_GRAD = [
    (_hex("0x1.48556cc1e0f16p+1 0x1.0p-2 0x1.8p+0"),
     ("-0.431945486200033696727", "0.431945486200033696727", "6.8095648428264734578e-10")),
    (_hex("-0x1.28556cbbdf682p+1 0x1.0p-60 0x1.8p+0"),
     ("0.431945485839436634835", "-0.431945485839436634835", "-6.80956488390467540878e-10")),
    (_hex("0x1.48556cc1df682p+1 0x1.0p-2 0x1.8p+0"),
     ("-0.431945486199673428785", "0.431945486199673428785", "6.79595814337004894946e-10")),
    (_hex("-0x1.28556cbbe0f16p+1 0x1.0p-60 0x1.8p+0"),
     ("0.431945485839796902778", "-0.431945485839796902778", "-6.79595818445496141379e-10")),
    (_hex("0x1.3ffffffffffffp-400 0x0.0p+0 0x1.fffffffffffffp-401"),
     ("-1.4321150654237258663e+120", "1.4321150654237258663e+120", "-7.92106046307251662711e+119")),
    (_hex("0x1.4000000000000p-400 0x0.0p+0 0x1.0p-400"),
     ("-1.43211506542372578175e+120", "1.43211506542372578175e+120", "-7.92106046307251362472e+119")),
    (_hex("0x1.4000000000000p+400 0x0.0p+0 0x1.0p+400"),
     ("-2.14773840074789463293e-121", "2.14773840074789463293e-121", "-1.18791891391444998166e-121")),
    (_hex("0x1.4000000000001p+400 0x0.0p+0 0x1.0000000000001p+400"),
     ("-2.14773840074789408161e-121", "2.14773840074789408161e-121", "-1.18791891391444993014e-121")),
    (_hex("0x1.80624dd2f1a9fp-399 0x0.0p+0 0x1.8p+1"),
     ("-6.46077417794027860764e-122", "6.46077417794027860764e-122", "-0.333333333333333333333")),
    (_hex("0x1.7f9db22d0e560p-399 0x0.0p+0 0x1.8p+1"),
     ("-6.44786553822411467965e-122", "6.44786553822411467965e-122", "-0.333333333333333333333")),
    (_hex("0x1.2000000000000p+1 0x0.0p+0 0x1.8p+1"),
     ("-0.119452466116928648773", "0.119452466116928648773", "-0.243743983745636846753")),
    (_hex("0x1.1ffffffffffffp+1 0x0.0p+0 0x1.8p+1"),
     ("-0.11945246611692862727", "0.11945246611692862727", "-0.243743983745636880563")),
]

# Of N(loc, scale^2) from N(0, 1): near equality the textbook formula returns rounding noise
KL_SCALE = [
    ((1e-9, 1.0), "5.0000000000000004e-19"),
    ((0.0, 1 + 1e-9), "1.0000001651474154e-18"),
    ((0.0, 1.001), "9.9966691646661307e-07"),
    ((0.0, 1.0), "0"),
    ((0.0, 1e-200), "460.01701859880916"),
    ((0.0, 1e200), "inf"),
    ((0.0, 0.0), "inf"),
]

# log(1/(1 + e^-x)), which is the logistic log cdf and the Bernoulli log probability of 1
LOG_EXPIT = [
    (-1000.0, "-1000"),
    (-745.0, "-745"),
    (36.0, "-2.3195228302435691e-16"),
    (40.0, "-4.2483542552915889e-18"),
    (745.0, "-4.94e-324"),
    (1000.0, "-0.0"),
]
LOGISTIC_LOG_PDF = [
    ((-1000.0, 0.0, 1.0), "-1000"),
    ((1000.0, 0.0, 1.0), "-1000"),
    ((0.0, 0.0, 0.25), "0"),
    ((INF, 0.0, 1.0), "-inf"),
    ((0.0, 0.0, INF), "-inf"),
    ((0.0, 0.0, 0.0), "nan"),
    ((0.0, 0.0, -1.0), "nan"),
    ((INF, INF, 1.0), "nan"),
]
LOGISTIC_QUANTILES = [
    (5e-324, "-744.44007192138122"),
    (1e-300, "-690.77552789821368"),
    (0.5 + 1e-12, "3.999911513119514e-12"),
    (1 - 2**-53, "36.736800569677101"),
    (1e-15, "-34.538776394910684"),
    (0.5, "0"),
    (0.0, "-inf"),
    (1.0, "inf"),
    (-0.1, "nan"),
    (1.1, "nan"),
]
# next to log(1/2), where they are 0; by log probabilities, of which many are none or 1
LOGISTIC_LOG_QUANTILES = [
    (-1e10, "-1e10"),
    (-800.0, "-800"),
    (-2.0, "-1.854586542131140943"),
    (-0.6931471805599453, "4.6380936276925993e-17"),
    (-1e-20, "46.051701859880914"),
    (-5e-324, "744.44007192138122"),
    (-INF, "-inf"),
    (0.0, "inf"),
    (1e-300, "nan"),
]
# Both ends are inside; high - low may overflow; (x, low, high)
UNIFORM = [
    ("logpdf", (2.0, 0.0, 2.0), "-0.69314718055994529"),
    ("logpdf", (0.0, 0.0, 2.0), "-0.69314718055994529"),
    ("logpdf", (2.1, 0.0, 2.0), "-inf"),
    ("logpdf", (0.0, -1e308, 1e308), "-709.889355822726016"),
    ("logpdf", (NAN, 0.0, 1.0), "nan"),
    ("logpdf", (1.0, 1.0, 1.0), "nan"),
    ("logpdf", (1.0, 2.0, 0.0), "nan"),
    ("pdf", (1.0, 1.0, 1.0), "nan"),
    ("pdf", (-1.0, 0.0, 1.0), "0"),
    ("cdf", (0.0, -1e308, 1e308), "0.5"),
    ("cdf", (NAN, 0.0, 1.0), "nan"),
    ("sf", (0.0, -1e308, 1e308), "0.5"),
    ("ppf", (0.5, 1.0, 1.0), "1"),
    ("ppf", (0.5, 2.0, 1.0), "nan"),
    ("ppf", (1.5, 0.0, 1.0), "nan"),
    ("ilogcdf", (-1400.0, 0.0, 1e308), "9.7213221547566622e-301"),
    ("ilogcdf", (0.0, -1e308, 1e308), "1e308"),
    ("ilogcdf", (-0.5, 1.0, 1.0), "1"),
    ("ilogcdf", (0.5, 0.0, 1.0), "nan"),
    ("ilogsf", (-INF, 0.0, 3.0), "3"),
    ("interval_mass", (-1e308, 1e308, -1.5e308, 1.5e308), "0.666666666666667"),
    ("interval_mass", (0.0, 3.0, 1.0, 1.0), "1"),
    ("interval_mass", (1.0, 3.0, 1.0, 1.0), "0"),
    ("interval_mass", (0.5, 0.25, 0.0, 1.0), "nan"),
    ("log_interval_mass", (0.0, 1e-200, 0.0, 1e200), "-921.03403719762"),
    ("log_interval_mass", (2.0, 3.0, 0.0, 1.0), "-inf"),
]
# (logits, k)
BERNOULLI = [
    ((1e4, 0.0), "-1e4"),
    ((1e4, 1.0), "-0.0"),
    ((40.0, 1.0), "-4.2483542552915889e-18"),
    ((-40.0, 0.0), "-4.2483542552915889e-18"),
    ((INF, 1.0), "0"),
    ((-INF, 0.0), "0"),
    ((INF, 0.0), "-inf"),
    ((-INF, 1.0), "-inf"),
    ((0.0, 0.5), "-inf"),
    ((0.0, 2.0), "-inf"),
    ((0.0, NAN), "nan"),
    ((NAN, 1.0), "nan"),
]

# (p, k)
BERNOULLI_BY_P = [
    ((0.0, 1.0), "-inf"),
    ((1.0, 0.0), "-inf"),
    ((0.0, 0.0), "0"),
    ((1.0, 1.0), "0"),
    ((1e-20, 0.0), "-1e-20"),
    ((1e-20, 1.0), "-46.051701859880914"),
    ((1e-300, 1.0), "-690.77552789821368"),
    ((0.5, 0.5), "-inf"),
    ((0.5, 2.0), "-inf"),
    ((-0.1, 0.0), "nan"),
    ((1.1, 0.0), "nan"),
    ((0.5, NAN), "nan"),
]


# (loc_p, scale_p, loc_q, scale_q)
KL_NORMAL = [
    ((1e-9, 1.0, 0.0, 1.0), "5.0000000000000004e-19"),
    ((0.0, 1 + 1e-9, 0.0, 1.0), "1.0000001651474154e-18"),
    ((0.0, 1.001, 0.0, 1.0), "9.9966691646661307e-07"),
    ((0.0, 1e-200, 0.0, 1e-200), "0"),
    ((0.0, 1e-200, 0.0, 1.0), "460.01701859880916"),
    ((0.0, 1.0, 0.0, 1e200), "460.01701859880916"),
    ((0.0, 1e200, 0.0, 1.0), "inf"),
    ((0.0, 0.0, 0.0, 1.0), "inf"),
    ((0.0, 1.0, 0.0, 0.0), "inf"),
    ((2.0, 0.0, 2.0, 0.0), "0"),
    ((2.0, 0.0, 1.0, 0.0), "inf"),
    ((1e308, 1e300, -1e308, 1e300), "2e16"),
    ((0.0, -1.0, 0.0, 1.0), "nan"),
    ((NAN, 1.0, 0.0, 1.0), "nan"),
]

# (q, logits of which q is nearly 1 - p) and the outcome: nearest ties of float32, the last one nearer than any other
BERNOULLI_TIES_F32 = [
    (_hex("0x1.8da18ap-89 0x1.e9ff7ep+5"), 0),
    (_hex("0x1.0132f8p-2 0x1.17a600p+0"), 1),
    (_hex("0x1.9aeebap-123 0x1.5322aap+6"), 0),
    (_hex("0x1.ecf3fep-73 0x1.8f8e5ap+5"), 1),
    (_hex("0x1.108a5ap-66 0x1.6d7b18p+5"), 1),
]

# z = 2^600, which was taken for 1; loc_q is the smallest number or some of them, of which a half would be lost
KL_NORMAL_GRAD = [
    (_hex("0x1p+1000 0x1p-10 0x0p+0 0x1p+400"), "1.6069380442589903e60", "-1024", "-6.6680144328798543e240"),
    (_hex("0x1p+999 0x1p-10 -0x1p+999 0x1p+400"), "1.6069380442589903e60", "-1024", "-6.6680144328798543e240"),
    (_hex("0x1.8p+600 0x1p-450 0x0p+0 0x1.8p+0"), "2.7663437125873286e180", "-2.9073548971824276e135", "-inf"),
    (_hex("0x1p+0 0x1.6666666666666p-538 -0x1p-1074 0x1p+0"), "1", "-6.42701970649028095e161", "-1.2302234581447e-323"),
    (_hex("0x1p+0 0x1.6666666666666p-538 -0x5p-1074 0x1p+0"), "1", "-6.42701970649028095e161", "-5.1827486248747e-323"),
    (_hex("0x1p+0 0x1p-600 0x3p-1074 0x1p+0"), "1", "-4.149515568880993e180", "2.9643938750475e-323"),
]

# (a, b); near equality the textbook formulas return rounding noise
KL_BERNOULLI_LOGITS = [
    # e^d - 1 - d is a fourteenth of its terms; a quotient's last digits count three times in its cube
    (_hex("-0x1.57d1da6589b95p-6 0x1.5065cc74613dfp-2"), "0.015208348872263855436"),
    (_hex("0x1.789ec36fcaa13p-36 -0x1.f629fd201bb87p-1"), "0.11571205129540431965"),
    ((1000.0, -1000.0), "1000"),
    ((40.0, -40.0), "40"),
    ((1.0, 1 + 1e-9), "9.8305982873342942e-20"),
    ((20.0, 20 + 1e-6), "1.0305764655641846e-21"),
    ((-500.0, 20.0), "20.000000002061153"),
    ((INF, INF), "0"),
    ((INF, 0.0), "0.69314718055994529"),
    ((0.0, INF), "inf"),
    ((INF, -INF), "inf"),
    ((NAN, 0.0), "nan"),
]
# (p, q)
KL_BERNOULLI = [
    ((0.3, 0.3 + 1e-9), "2.3809525075919022e-18"),
    ((0.0, 0.0), "0"),
    ((1.0, 1.0), "0"),
    ((0.0, 1.0), "inf"),
    ((1.0, 0.0), "inf"),
    ((0.5, 0.0), "inf"),
    ((0.5, 1.0), "inf"),
    ((0.0, 0.5), "0.69314718055994529"),
    ((-0.1, 0.5), "nan"),
    ((0.5, 1.1), "nan"),
]


def _negated(text: str) -> str:
    return text if text == "nan" else text[1:] if text.startswith("-") else f"-{text}"


KL_UNIFORM = [
    ((0.0, 1.0, -1.0, 2.0), "1.0986122886681098"),
    ((0.0, 1.0, 0.5, 2.0), "inf"),
    ((0.0, 1.0, 0.0, 1.0), "0"),
    ((0.5, 0.5, 0.0, 1.0), "inf"),
]

KL_LOGISTIC = [
    ((0.001, 1.0, 0.0, 1.0), "1.6666666388888896e-7"),
    ((0.1, 1.0, 0.0, 1.0), "0.00166638895500992"),
    ((1.0, 1.0, 0.0, 1.0), "0.16395341373865285"),
    ((5.0, 1.0, 0.0, 1.0), "3.0678365490630423"),
    ((20.0, 1.0, 0.0, 1.0), "18.000000082446145"),
    ((0.0, 1.0, 0.0, 2.0), "0.26394350735484193"),
    ((0.0, 2.0, 0.0, 1.0), "0.44844547302984793"),
    ((1.0, 2.0, 0.0, 3.0), "0.12255707680302917"),
    ((5.0, 3.0, 0.0, 0.5), "8.3580170239216271"),
    ((1e200, 1.0, 0.0, 1.0), "1e200"),
    ((0.0, 0.0, 0.0, 1.0), "inf"),
]
KL_LOGISTIC_GRAD = [
    ((1.0, 1.0, 0.0, 1.0), ("0.32260622532306821", "-0.079326405792207681", "-0.32260622532306821", "-0.24327981953086053")),
    ((0.0, 2.0, 0.0, 1.0), ("0", "0.73370055013616983", "0", "-1.4674011002723397")),
    ((1.0, 2.0, 0.0, 3.0), ("0.043658273882562258", "-0.23284914225961883", "-0.043658273882562258", "0.14068000354555847")),
    ((5.0, 3.0, 0.0, 0.5), ("1.3481877144575643", "1.4202526837832331", "-1.3481877144575643", "-22.003393247275042")),
    # next to equal scales and eta = 3
    (_hex("0x1.8a580c9c1aa09p-645 0x1.073784d1fd422p-646 -0x1.d110d664732c8p-1016 0x1.07a8f8dd35987p-646"),
     ("", "-1.4303228317893818648e194", "", "")),
    # next to lambda = 0.12, where P is least exact
    (_hex("0x1.3308e20f1cd66p+8 0x1.0a896c9df695cp+5 0x1.a01307e2477e1p+5 0x1.ffffe9de5a8cep+1"),
     ("", "-0.02792705397248436185", "", "")),
    (_hex("0x1.0191ee295ea80p+169 0x1.0a89f55c54de9p+167 0x1.c78f7023e34e1p+163 0x1.0b800ce9f2283p+164"),
     ("", "3.8843698714632302319e-51", "", "")),
    (_hex("-0x1.e0a08a1778ac4p+913 0x1.12f02193583acp+912 -0x0.37655c3333a7cp-1022 0x1.1e8483117307dp+909"),
     ("", "2.865735635557315836457e-275", "", "")),
]

# low, high, loc, scale; the least value; loc 2^1245 widths and 2^1023 scales away
KL_UNIFORM_NORMAL = [
    ((0.0, 1.0, 0.5, 1.0), "0.96060519987133941"),
    ((-1.0, 1.0, 0.0, 0.57735026918962573), "0.17648520831067259"),
    ((1e9, 1e9 + 1, 0.0, 1.0), "500000000500000001.0856"),
    ((-1e-300, 1e-300, 0.0, 1.0), "691.00131925085843"),
    ((0.0, 2.0**-221, 2.0**1023, 2.0**520), "3.428827542996055427e302"),
    ((0.5, 0.5, 0.0, 1.0), "inf"),
]
KL_UNIFORM_NORMAL_GRAD = [
    ((0.0, 2.0**-221, 2.0**1023, 1.0), ("-4.4942328371557898e307", "-4.4942328371557898e307", "8.9884656743115795e307", "-inf")),
    ((-7.0, -4.0, 0.0, 3.0), ("0", "", "", "")),
]

# Normal between two ends: far out, narrow, both
TRUNCNORMAL = [
    ("cdf", (14.0, 13.0, 15.0, 0.0, 1.0), "0.9999987259565644"),
    ("pdf", (5e-21, 0.0, 1e-20, 0.0, 1.0), "1e20"),
    ("ppf", (0.5, 1e6, INF, 0.0, 1.0), "1000000.0000006931"),
    ("ppf", (2.0**-105, -(2.0**-140), 0.46, 0.0, 1.0), "1.0952336062338878e-32"),
    ("isf", (2.0**-105, -0.46, 2.0**-140, 0.0, 1.0), "-1.0952336062338878e-32"),
    # next to an end that is 0, loc the other one
    ("ppf", (2.0**-140, 0.0, float.fromhex("0x1.3785e63379929p-96"), float.fromhex("0x1.3785e63379929p-96"),
             float.fromhex("0x1.00bf251908b56p-71")), "1.10197371510583e-71"),
    ("isf", (float.fromhex("0x1.23a916a4cc687p-248"), float.fromhex("-0x1.963b15c38512ap-205"), 0.0,
             float.fromhex("-0x1.963b15c38512ap-205"), float.fromhex("0x1.12c0e400594b3p-178")), "-7.77288963225714e-137"),
    # next to an end beyond which the mass is subnormal
    ("isf", (5e-324, -INF, float.fromhex("0x1.33fd6737352fcp+5"), 0.0, 1.0), "38.46060341970138"),
    ("isf", (5e-324, float.fromhex("-0x1.3ec8a6dc19368p+2"), float.fromhex("0x1.33dbe87f77055p+5"), 0.0, 1.0),
     "38.45581981352862"),
    # next to an end of 0, loc some scales inside, and far outside
    ("ppf", (float.fromhex("0x1.2e880f727db06p-595"), 0.0, INF, float.fromhex("0x1.b5de8a5a2abd8p+3"), 1.0),
     "1.03878091130337e-138"),
    ("isf", (float.fromhex("0x1.2c6bdbe3a3a2cp-593"), float.fromhex("-0x1.05ed894ce146ap+5"), 0.0,
             float.fromhex("-0x1.73c34f86c8b81p+4"), 1.0), "-1.5484125638750356e-61"),
    ("ppf", (float.fromhex("0x1.498p-1065"), 0.0, INF, float.fromhex("0x1.e95b663996cc7p+4"), 1.0), "1.09141878453387892e-117"),
    ("isf", (float.fromhex("0x1.606ecc8bc5e95p-836"), 0.0, INF, float.fromhex("-0x1.267d95c54aa53p+438"), 1.0),
     "7.09287910803593797e-130"),
    # a density near 1: its logarithm is as wrong as the mass relative to itself
    ("logpdf", (float.fromhex("0x1.81a8c9595c57cp+0"), float.fromhex("0x1.ed574a41c9494p-1"),
                float.fromhex("0x1.81a8c9595c57cp+0"), float.fromhex("0x1.625a25ea7fccep-1"),
                float.fromhex("0x1.c4f26ccb98e87p+0")), "0.5554829637886284"),
    ("mean", (INF, INF, 0.0, 1.0), "nan"),
    # a narrow interval about loc: the mean is as far from it as its mass is right
    ("mean", (float.fromhex("-0x1.000c3adc0e65dp-10"), float.fromhex("-0x1.0dd47ac4adcf3p-17"),
              float.fromhex("-0x1.1890fe952a442p-16"), float.fromhex("0x1.d42a0bbfc82f3p-8")), "-0.00049166469549075293"),
    ("mean", (1e10, INF, 0.0, 1.0), "10000000000.0000000001"),
    ("entropy", (30.0, INF, 0.0, 1.0), "-2.4034104116333688"),
    ("logcdf", (-30.0, -40.0, 0.0, 0.0, 1.0), "-453.62809677578325"),
    # the mean, loc = 0, where the density at the nearer end is nothing but times a large scale
    ("mean", (-38 * 2.0**30, INF, 0.0, 2.0**30), "1.17813213371383172e-305"),
    ("mean", (-INF, 39 * 2.0**990, 0.0, 2.0**990), "-2.18601071184233773e-33"),
    ("mean", (-53.5 * 2.0**1017, INF, 0.0, 2.0**1017), "1.65472276694637156e-316"),
    # and where the width times the sum of the ends is
    ("mean", (-1.375 * 2.0**-499, math.nextafter(1.375 * 2.0**-499, 1), 0.0, 1.0), "6.78332137904381556e-167"),
    ("mean", (-(2.0**-499), 2.0**-499, 2.0**-900, 1.0), ""),
    # what a, the width and their product lose by rounding
    ("mean", _hex("-0x1.00c43b4faeb2ap+8 0x1.00e2a05e2b7a2p+0 -0x1.36c0dc304545bp-1012 0x1.fffc5fa07a5a7p+22"),
     "-127.88153597643666501"),
    ("var", (-INF, *_hex("-0x1.2970fb793f282p+10 0x1.03134cee51bd5p+1 0x1.cd873e618014ep-8")), "1.7317076963811680334e-15"),
    ("var", _hex("0x1.01ef587cc8ee5p-127 inf -0x1.07ee495a33695p-139 0x1.67cf58f358892p-134"), "4.940916464043780713e-85"),
    # two masses, beside loc, whose errors add up
    ("sf", _hex("0x1.42ac5c78c2be4p-9 0x1.7f446ed5caff1p-11 0x1.2fe9a7f7b2cc6p-6 0x0p+0 0x1.fffffffffffdep-1"),
     "0.902859710391803492"),
    ("cdf", _hex("-0x1.234a39e8f684cp-10 -0x1.3204686e78839p-10 0x1.b47ef42d734ecp-7 0x0p+0 0x1.fffffffffffecp-1"),
     "0.00387775764329035635"),
    ("logsf", _hex("0x1.2437251e7932fp-7 0x1.d9ea7ffb32609p-11 0x1.6d597ada6a979p-6 0x0p+0 0x1.0000003043d10p+0"),
     "-0.469341394002005262"),
    ("logcdf", _hex("0x1.5f20a54cfe67fp-6 0x1.864b3b167a379p-9 0x1.109a71ccbdc36p-5 0x0p+0 0x1.fffffffffffedp-1"),
     "-0.495753372710212791"),
]

# Next to the zeros of entropy and excess kurtosis, where 1 - p rounds to 1, and where a square or a difference overflows
MOMENTS = [
    ("normal_entropy", (3.0, 0.24197072451914334), "-5.0526290917862632e-17"),
    ("logistic_entropy", (3.0, 0.1353352832366127), "7.7022148131631514e-17"),
    ("logistic_var", (0.0, 1e-160), "3.2898681336964528e-320"),
    ("uniform_std", (-1e308, 1e308), "5.7735026918962577e+307"),
    ("uniform_entropy", (-1e308, 1e308), "709.889355822726016"),
    ("uniform_mean", (-1e308, 1.6e308), "3e307"),
    ("bernoulli_kurtosis", (0.2113248654051871,), "2.2926329130702231e-16"),
    ("bernoulli_entropy", (1e-20,), "4.7051701859880911e-19"),
    ("bernoulli_kurtosis_logits", (1.3169578969248168,), "3.0076199174683023e-16"),
    ("bernoulli_skew_logits", (-1e-300,), "1e-300"),
    ("bernoulli_std_logits", (1480.0,), "4.1887398800480489e-322"),
    ("bernoulli_entropy_logits", (40.0,), "1.7418252446695515e-16"),
    ("bernoulli_entropy_logits", (-745.0,), "2.1054736449320651e-321"),
    ("bernoulli_entropy_logits", (INF,), "0"),
]


def _cases() -> list[Case]:
    cases = []
    for dtype, log_cdf, cdf in ((np.float64, LOG_CDF, CDF), (np.float32, LOG_CDF_F32, CDF_F32)):
        for x, value in log_cdf:
            cases += [
                Case("log_ndtr", (x,), (value,), dtype),
                Case("normal_logcdf", (x, 0.0, 1.0), (value,), dtype),
                Case("normal_logsf", (-x, 0.0, 1.0), (value,), dtype),
            ]
        for x, value in cdf:
            cases += [
                Case("ndtr", (x,), (value,), dtype),
                Case("normal_cdf", (x, 0.0, 1.0), (value,), dtype),
                Case("normal_sf", (-x, 0.0, 1.0), (value,), dtype),
            ]
    for (x, loc, scale), value in UPPER_LOG_CDF:
        cases += [
            Case("normal_logcdf", (x, loc, scale), (value,)),
            Case("normal_logsf", (-x, -loc, scale), (value,)),
        ]
    cases += [Case("normal_pdf", (x, 0.0, 1.0), (value,)) for x, value in PDF]
    for q, value in QUANTILES:
        cases += [
            Case("ndtri", (q,), (value,)),
            Case("normal_ppf", (q, 0.0, 1.0), (value,)),
            Case("normal_isf", (q, 0.0, 1.0), (_negated(value),)),
        ]
    for logq, value in LOG_QUANTILES:
        cases += [
            Case("ndtri_exp", (logq,), (value,)),
            Case("normal_ilogcdf", (logq, 0.0, 1.0), (value,)),
            Case("normal_ilogsf", (logq, 0.0, 1.0), (_negated(value),)),
        ]
    # scale z overflows, loc + scale z does not
    largest, wide = float.fromhex("0x1.fffffffffffffp+1023"), float.fromhex("0x1.be0a9b24198b7p+1023")
    cases += [Case("normal_ilogcdf", (float.fromhex("-0x1.dc134a0d28449p+1"), largest, wide), ("-1.2921704780888638e308",))]
    # float32 holds all of these x; the last slope underflows there
    slopes_f32 = [(x, f"{float(value):.8e}") for x, value in LOG_CDF_SLOPE[:-1]] + [(37.0, "0")]
    for dtype, slopes in ((np.float64, LOG_CDF_SLOPE), (np.float32, slopes_f32)):
        cases += [Case("normal_logcdf_grad", (x, 0.0, 1.0), (value, _negated(value), ""), dtype) for x, value in slopes]
        cases += [Case("normal_logsf_grad", (-x, 0.0, 1.0), (_negated(value), value, ""), dtype) for x, value in slopes]
    # subnormal x and loc, and a scale for which they were halved
    beside_zero = _hex("-0x0.5457686cedf9fp-1022 0x0.0000037330c73p-1022 0x1.0000047e6d3e3p+0")
    cases += [Case("normal_logsf_grad", beside_zero, ("", "", "-5.849053085582934e-309"))]
    # the product and z's low part would lose half a digit each
    subnormal = _hex("-0x1.21e7da746cde5p+1 -0x1.ceaff36d3baf7p-1022 0x0.b4d68bc38b29cp-1022")
    cases += [Case("normal_ilogcdf", subnormal, ("-6.00193062043353232e-308",))]
    # a mass next to 1
    beyond = _hex("-0x1.a00d416ae02f2p+251 0x1.aeceba0e3e944p+8 0x0.15e80a55a5939p-1022 0x1.dcdd6e111e1bep+3")
    cases += [Case("normal_log_interval_mass", beyond, ("-4.5586417607954404498e-184",))]
    cases += [Case("normal_interval_mass", (*ends, 0.0, 1.0), (value,)) for ends, value in INTERVALS]
    cases += [Case("normal_log_interval_mass", (*ends, 0.0, 1.0), (value,)) for ends, value in LOG_INTERVALS]
    cases += [Case("logistic_interval_mass", (*ends, 0.0, 1.0), (value,)) for ends, value in LOGISTIC_INTERVALS]
    cases += [Case("logistic_log_interval_mass", (*ends, 0.0, 1.0), (value,)) for ends, value in LOGISTIC_LOG_INTERVALS]
    # symmetric to loc; far out, where the mass underflows; narrow
    cases += [
        Case(
            "normal_interval_mass_grad", (-1.0, 1.0, 0.0, 1.0),
            ("-0.241970724519143", "0.241970724519143", "0", "-0.483941449038287"),
        ),
        Case(
            "normal_interval_mass_grad", (37.0, 37.0 + 1e-10, 0.0, 1.0),
            ("-2.12000655152461e-298", "2.12000654368044e-298", "7.84416421301824e-307", "2.90022071443878e-305"),
        ),
        Case("normal_interval_mass_grad", (-INF, INF, 0.0, 1.0), ("0", "0", "0", "0")),
        Case(
            "normal_log_interval_mass_grad", (30.0, 31.0, 0.0, 1.0),
            ("-30.0332596674353", "1.70459328382287e-12", "30.0332596674336", "900.997790023007"),
        ),
        Case(
            "normal_log_interval_mass_grad", (1e5, 1e5 + 1e-5, 0.0, 1.0),
            ("-158197.639520861", "58197.6395166804", "100000.00000418", "9999999999.83605"),
        ),
        Case("normal_log_interval_mass_grad", (0.0, 1e-20, 0.0, 1.0), ("-1e20", "1e20", "5e-21", "-1")),
        Case("normal_log_interval_mass_grad", (1e200, INF, 0.0, 1.0), ("-1e200", "0", "1e200", "inf")),
        # n and the width have exponents of their own: w n = 1
        Case(
            "normal_log_interval_mass_grad", (0.0, 2.0**-1000, -(2.0**1000), 1.0),
            ("-1.69510165777867e+301", "6.23593050592403e+300", "1.07150860718627e+301", "inf"),
        ),
        Case("normal_log_interval_mass_grad", (1.0, 1.0, 0.0, 1.0), ("nan", "nan", "nan", "nan")),
        Case("uniform_interval_mass_grad", (0.5, 1.0, 0.0, 2.0), ("-0.5", "0.5", "0.125", "-0.125")),
        Case("uniform_interval_mass_grad", (-1.0, 3.0, 0.0, 2.0), ("0", "0", "0", "0")),
        Case("uniform_interval_mass_grad", (0.0, 2.0, 0.0, 2.0), ("-0.5", "0.5", "0.5", "-0.5")),   # both ends are inside
        Case("uniform_interval_mass_grad", (3.0, 4.0, 0.0, 2.0), ("0", "0", "0", "0")),
        Case("uniform_interval_mass_grad", (0.0, 1.0, 2.0, 2.0), ("nan", "nan", "nan", "nan")),
        Case("uniform_log_interval_mass_grad", (-1.0, 1e-200, 0.0, 1e200), ("0", "1e200", "-1e200", "-1e-200")),
        Case("uniform_log_interval_mass_grad", (3.0, 4.0, 0.0, 2.0), ("nan", "nan", "nan", "nan")),
        Case(      # x - loc agrees with the zero of d/dscale in two doubles' digits
            "logistic_logpdf_grad", _hex("0x1.d5d55e45d6632p+0 0x1.f778c08827bdep-67 0x1.3069e6411ab26p+0"),
            ("-0.54487391062692182431", "0.54487391062692182431", "-2.1585769464683432511e-39"),
        ),
        Case("logistic_interval_mass_grad", (-1.0, 1.0, 0.0, 1.0), ("-0.196611933241", "0.196611933241", "0", "-0.393223866483")),
        Case(
            "logistic_log_interval_mass_grad", (1e5, 1e5 + 1.0, 0.0, 1.0),
            ("-1.58197670687", "0.58197670687", "1", "99999.41802329"),
        ),
        Case("logistic_log_interval_mass_grad", (0.0, 1e-20, 0.0, 1.0), ("-1e20", "1e20", "2.5e-21", "-1")),
        Case("logistic_log_interval_mass_grad", (1.0, 1.0, 0.0, 1.0), ("nan", "nan", "nan", "nan")),
        Case("logistic_interval_mass_grad", (-INF, INF, 0.0, 1.0), ("0", "0", "0", "0")),
    ]
    cases += [Case("logit", (q,), (value,)) for q, value in LOGISTIC_QUANTILES]
    cases += [Case("normal_logpdf", args, (value,)) for args, value in LOG_PDF + LOG_PDF_LOOKS]
    cases += [Case("logistic_logpdf_grad", args, values) for args, values in LOGISTIC_LOG_PDF_GRAD]
    # scale z just below a power of two, loc + scale z beyond it: the last rounding alone may be 1 ULP of scale z
    args = tuple(map(float.fromhex, ("0x1.fe646ep-2", "-0x1.b1b112p-19", "0x1.fc331ap+8")))
    cases.append(Case("normal_ppf", args, ("-2.000000976079729013",), np.float32))
    cases += [Case("kl_standard_normal", args, (value,)) for args, value in KL_SCALE]
    cases += [Case("kl_normal", args, (value,)) for args, value in KL_NORMAL]
    for args, value in [((1e-9, 1.0, 0.0, 1.0), "4.999999717180689e-19"), ((0.0, 1.001, 0.0, 1.0), "9.99760332047999e-7")]:
        cases.append(Case("kl_normal", args, (value,), np.float32))
        cases.append(Case("kl_standard_normal", args[:2], (value,), np.float32))
    for args, dloc, dscale_p, dscale_q in KL_NORMAL_GRAD:
        cases.append(Case("kl_normal_grad", args, (dloc, dscale_p, _negated(dloc), dscale_q)))
    cases += [Case("kl_normal_grad", (3.0, 4.0, 0.0, 5.0), ("0.12", "-0.09", "-0.12", "0"))]
    beside_zero = _hex("-0x0.02125c64d547fp-1022 0x1.2506c92ad621bp+5 0x0.c05a181251fdfp-1022 0x1.000003ddb8adbp+0")
    cases += [Case("kl_normal_grad", beside_zero, ("-1.689870259506571e-308", "", "1.689870259506571e-308", ""))]
    cases += [Case("kl_uniform", args, (value,)) for args, value in KL_UNIFORM]
    cases += [Case("kl_logistic", args, (value,)) for args, value in KL_LOGISTIC]
    cases += [Case("kl_logistic_grad", args, values) for args, values in KL_LOGISTIC_GRAD]
    cases += [Case("kl_uniform_normal", args, (value,)) for args, value in KL_UNIFORM_NORMAL]
    cases += [Case("kl_uniform_normal_grad", args, values) for args, values in KL_UNIFORM_NORMAL_GRAD]
    cases += [Case("kl_bernoulli", args, (value,)) for args, value in KL_BERNOULLI]
    cases += [Case("kl_bernoulli_logits", args, (value,)) for args, value in KL_BERNOULLI_LOGITS]
    for args, value in [
        ((1000.0, -1000.0), "1000"), ((40.0, -40.0), "40"), ((-500.0, 20.0), "20"), ((1.0, 1.0 + 2.0**-23), "1.397011783632e-15"),
    ]:  # fmt: skip
        cases.append(Case("kl_bernoulli_logits", args, (value,), np.float32))
    cases += [Case("kl_bernoulli", (0.0, 0.5), ("0.6931472",), np.float32)]
    for dtype in (np.float64, np.float32):
        cases += [Case("kl_bernoulli_logits_grad", (30.0, 0.0), ("2.80728689065e-12", ""), dtype)]
    for x, value in LOG_EXPIT:
        cases += [
            Case("log_expit", (x,), (value,)),
            Case("logistic_logcdf", (x, 0.0, 1.0), (value,)),
            Case("logistic_logsf", (-x, 0.0, 1.0), (value,)),
        ]
    cases += [Case("expit", (-745.0,), ("4.94e-324",))]
    cases += [Case(f"logistic_{name}", (x, 0.0, 1.0), ("4.94e-324",)) for name, x in (("cdf", -745.0), ("sf", 745.0))]
    cases += [Case("logistic_logpdf", args, (value,)) for args, value in LOGISTIC_LOG_PDF + LOGISTIC_LOG_PDF_LOOKS]
    cases += [Case("uniform_logpdf", args, (value,)) for args, value in UNIFORM_LOG_PDF]
    cases += [Case("uniform_logpdf", args, (value,), np.float32) for args, value in UNIFORM_LOG_PDF_F32]
    cases += [Case("normal_interval_mass", args, (value,)) for args, value in INTERVALS_BESIDE_LOC]
    for q, value in LOGISTIC_QUANTILES:
        cases += [
            Case("logistic_ppf", (q, 0.0, 1.0), (value,)),
            Case("logistic_isf", (q, 0.0, 1.0), (_negated(value),)),
        ]
    for logq, value in LOGISTIC_LOG_QUANTILES:
        cases += [
            Case("logistic_ilogcdf", (logq, 0.0, 1.0), (value,)),
            Case("logistic_ilogsf", (logq, 0.0, 1.0), (_negated(value),)),
        ]
    cases += [Case("bernoulli_logpmf", (k, p), (value,)) for (p, k), value in BERNOULLI_BY_P]
    for (q, logits), outcome in BERNOULLI_TIES_F32:
        cases += [
            Case("bernoulli_ppf_logits", (q, logits), (str(outcome),), np.float32),
            Case("bernoulli_isf_logits", (q, -logits), (str(1 - outcome),), np.float32),
        ]
    cases += [Case(f"uniform_{name}", args, (value,)) for name, args, value in UNIFORM]
    cases += [Case(f"truncnormal_{name}", args, (value,)) for name, args, value in TRUNCNORMAL]
    cases += [Case("bernoulli_logpmf_logits", (k, logits), (value,)) for (logits, k), value in BERNOULLI]
    cases += [Case(name, args, (value,)) for name, args, value in MOMENTS]
    return cases


CASES = _cases()

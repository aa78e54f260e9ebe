/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "derive/functions.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

/* --- what is used everywhere --- */

const pbr_constant pbr_constants[] = {
    {"zero", "nothing", "0", NULL, "limits of what can be negative"},
    {"one", "one", "1", NULL, "the whole of a fraction; one payment"},
    {"two", "two", "2", NULL, "sides of an interval; even and odd"},
    {"four", "four", "4", NULL, "Wilson's interval"},
    {"half", "half", "0.5", NULL, "a tie between two pennies"},
    {"hundred", "points in a whole", "100", NULL, "percentages"},
    {"pence", "pence in a pound", "100", NULL, "pounds and pence"},
    {"months", "months in a year", "12", NULL, "annual prices"},
    {"rate_steady", "decimals of a rate that a spreadsheet keeps", "10", NULL,
     "takes away the last digits of floating point before rates are compared"},
    {"pence_steady", "decimals of a penny that a spreadsheet keeps", "4", NULL,
     "takes away the last digits of floating point before an amount is rounded"},
    {"better", "better", NULL, "better", "a result"},
    {"neither", "neither", NULL, "neither", "a result"},
    {"worse", "worse", NULL, "worse", "a result"},
    {"no_result", "no result", NULL, "no-result", "a result"},
    {"yes", "yes", NULL, "yes", "answers"},
    {"no", "no", NULL, "no", "answers"},
    {"net", "net", NULL, "net", "the headroom under which deductions give room back"},
    {"apply", "apply", NULL, "apply", "the disposition under which a line is paid"},
};
const size_t pbr_constants_count = sizeof pbr_constants / sizeof *pbr_constants;

size_t pbr_constant_named(const char *name)
{
    size_t i = 0;
    while (i < pbr_constants_count && strcmp(pbr_constants[i].name, name) != 0) i++;
    return i;
}

const pbr_value *pbr_constant_value(pbr_pool *pool, size_t index)
{
    const pbr_constant *constant = &pbr_constants[index];
    if (!constant->number) return pbr_value_word(pool, constant->word);
    mpq_t number;
    mpq_init(number);
    pbr_decimal_parse(number, constant->number, strlen(constant->number), 10);
    const pbr_value *value = pbr_value_exact(pool, number);
    mpq_clear(number);
    return value;
}

/* --- functions --- */

static bool all_exact(const pbr_value *const *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (values[i]->kind != PBR_VALUE_EXACT) return false;
    return true;
}

static int compare(const pbr_value *a, const pbr_value *b)
{
    if (a->kind == PBR_VALUE_EXACT && b->kind == PBR_VALUE_EXACT)
        return mpq_cmp(a->exact, b->exact);
    double x = pbr_value_number(a), y = pbr_value_number(b);
    return (x > y) - (x < y);
}

static const pbr_value *work_min(pbr_pool *pool, const pbr_value *const *values, size_t count)
{
    const pbr_value *least = values[0];
    (void)pool;
    for (size_t i = 1; i < count; i++)
        if (compare(values[i], least) < 0) least = values[i];
    return least;
}

static const pbr_value *work_max(pbr_pool *pool, const pbr_value *const *values, size_t count)
{
    const pbr_value *most = values[0];
    (void)pool;
    for (size_t i = 1; i < count; i++)
        if (compare(values[i], most) > 0) most = values[i];
    return most;
}

static bool holds(const pbr_value *truth)
{
    return truth->kind == PBR_VALUE_EXACT && mpq_sgn(truth->exact) != 0;
}

static const pbr_value *work_if(pbr_pool *pool, const pbr_value *const *values, size_t count)
{
    (void)pool;
    (void)count;
    return holds(values[0]) ? values[1] : values[2];
}

static const pbr_value *work_and(pbr_pool *pool, const pbr_value *const *values, size_t count)
{
    bool all = true;
    for (size_t i = 0; i < count; i++) all &= holds(values[i]);
    return pbr_value_int(pool, all);
}

static const pbr_value *work_or(pbr_pool *pool, const pbr_value *const *values, size_t count)
{
    bool any = false;
    for (size_t i = 0; i < count; i++) any |= holds(values[i]);
    return pbr_value_int(pool, any);
}

static const pbr_value *rounded(pbr_pool *pool, const pbr_value *value, int places,
                                pbr_rounding mode)
{
    mpq_t exact;
    mpq_init(exact);
    if (value->kind == PBR_VALUE_EXACT)
        mpq_set(exact, value->exact);
    else
        mpq_set_d(exact, value->real);
    pbr_ratio_round(exact, places, mode);
    const pbr_value *made = pbr_value_exact(pool, exact);
    mpq_clear(exact);
    return made;
}

static const pbr_value *work_round(pbr_pool *pool, const pbr_value *const *values, size_t count)
{
    (void)count;
    return rounded(pool, values[0], (int)pbr_value_number(values[1]), PBR_HALF_EVEN);
}

static const pbr_value *work_half_even(pbr_pool *pool, const pbr_value *const *values, size_t count)
{
    (void)count;
    return rounded(pool, values[0], 0, PBR_HALF_EVEN);
}

static const pbr_value *work_half_up(pbr_pool *pool, const pbr_value *const *values, size_t count)
{
    (void)count;
    return rounded(pool, values[0], 0, PBR_HALF_UP);
}

static const pbr_value *work_floor(pbr_pool *pool, const pbr_value *const *values, size_t count)
{
    (void)count;
    return rounded(pool, values[0], 0, PBR_FLOOR);
}

/* Exact numbers are steady: only a spreadsheet's are not. */
static const pbr_value *work_steady(pbr_pool *pool, const pbr_value *const *values, size_t count)
{
    (void)pool;
    (void)count;
    return values[0];
}

static const pbr_value *work_sqrt(pbr_pool *pool, const pbr_value *const *values, size_t count)
{
    (void)count;
    double x = pbr_value_number(values[0]);
    return pbr_value_real(pool, x > 0 ? sqrt(x) : 0);
}

static const pbr_value *work_normsinv(pbr_pool *pool, const pbr_value *const *values, size_t count)
{
    (void)count;
    return pbr_value_real(pool, gsl_cdf_ugaussian_Pinv(pbr_value_number(values[0])));
}

static const pbr_value *work_betainv(pbr_pool *pool, const pbr_value *const *values, size_t count)
{
    (void)count;
    return pbr_value_real(pool, gsl_cdf_beta_Pinv(pbr_value_number(values[0]),
                                                  pbr_value_number(values[1]),
                                                  pbr_value_number(values[2])));
}

static const pbr_value *work_sum(pbr_pool *pool, const pbr_value *const *values, size_t count)
{
    mpq_t sum;
    if (!all_exact(values, count)) return pbr_value_none();
    mpq_init(sum);
    for (size_t i = 0; i < count; i++) mpq_add(sum, sum, values[i]->exact);
    const pbr_value *made = pbr_value_exact(pool, sum);
    mpq_clear(sum);
    return made;
}

/* --- the same in floating point --- */

static double floating_min(const double *numbers, size_t count, double lean)
{
    (void)count;
    (void)lean;
    return fmin(numbers[0], numbers[1]);
}

static double floating_max(const double *numbers, size_t count, double lean)
{
    (void)count;
    (void)lean;
    return fmax(numbers[0], numbers[1]);
}

static double floating_and(const double *numbers, size_t count, double lean)
{
    bool all = true;
    (void)lean;
    for (size_t i = 0; i < count; i++) all &= numbers[i] != 0;
    return all;
}

static double floating_or(const double *numbers, size_t count, double lean)
{
    bool any = false;
    (void)lean;
    for (size_t i = 0; i < count; i++) any |= numbers[i] != 0;
    return any;
}

/* ROUND: halves away from zero. Programs differ in the last bits of the scaled number. */
static double floating_round(const double *numbers, size_t count, double lean)
{
    static const double LAST_BITS = 4e-15;
    double scale = pow(10, numbers[1]), scaled = numbers[0] * scale;
    (void)count;
    if (numbers[1] != 0) scaled += lean * LAST_BITS * fabs(scaled);
    return round(scaled) / scale;
}

static double floating_half_up(const double *numbers, size_t count, double lean)
{
    (void)count;
    (void)lean;
    return round(numbers[0]);
}

static double floating_half_even(const double *numbers, size_t count, double lean)
{
    double x = numbers[0];
    bool tie = fmod(fabs(x), 2) == 0.5; /* above an even number: round() went to the odd one */
    (void)count;
    (void)lean;
    return round(x) - (tie ? copysign(1, x) : 0);
}

static double floating_floor(const double *numbers, size_t count, double lean)
{
    (void)count;
    (void)lean;
    return trunc(numbers[0]);
}

static double floating_sqrt(const double *numbers, size_t count, double lean)
{
    (void)count;
    (void)lean;
    return sqrt(fmax(numbers[0], 0));
}

static double floating_normsinv(const double *numbers, size_t count, double lean)
{
    (void)count;
    (void)lean;
    return gsl_cdf_ugaussian_Pinv(numbers[0]);
}

static double floating_betainv(const double *numbers, size_t count, double lean)
{
    (void)count;
    (void)lean;
    return gsl_cdf_beta_Pinv(numbers[0], numbers[1], numbers[2]);
}

static double floating_sum(const double *numbers, size_t count, double lean)
{
    double sum = 0;
    (void)lean;
    for (size_t i = 0; i < count; i++) sum += numbers[i];
    return sum;
}

static const pbr_function FUNCTIONS[] = {
    {"min", 2, 2, work_min, floating_min, false, "MIN($*)", "the smaller of $*"},
    {"max", 2, 2, work_max, floating_max, false, "MAX($*)", "the larger of $*"},
    {"if", 3, 3, work_if, NULL, true, "IF($*)", "if $1 then $2, otherwise $3"},
    {"and", 1, PBR_EXPR_KIDS, work_and, floating_and, false, "AND($*)", "all of: $*"},
    {"or", 1, PBR_EXPR_KIDS, work_or, floating_or, false, "OR($*)", "any of: $*"},
    {"round", 2, 2, work_round, floating_round, false, "ROUND($*)",
     "$1 rounded half-even to this many decimals: $2"},
    {"half_even", 1, 1, work_half_even, floating_half_even, false,
     "ROUND($1,{zero})-IF(MOD(ABS($1),{two})={half},SIGN($1),{zero})",
     "$1 rounded to whole pence, halves to the even penny"},
    {"half_up", 1, 1, work_half_up, floating_half_up, false, "ROUND($1,{zero})",
     "$1 rounded to whole pence, halves away from zero"},
    {"floor", 1, 1, work_floor, floating_floor, false, "TRUNC($1)",
     "$1 cut to whole pence, towards zero"},
    {"steady", 2, 2, work_steady, floating_round, false, "ROUND($*)", "$1"},
    {"sqrt", 1, 1, work_sqrt, floating_sqrt, false, "SQRT(MAX($1,{zero}))",
     "the square root of $1"},
    {"normsinv", 1, 1, work_normsinv, floating_normsinv, false, "NORMSINV($1)",
     "the quantile of the standard normal at $1"},
    {"betainv", 3, 3, work_betainv, floating_betainv, false, "BETAINV($*)",
     "the quantile at $1 of the beta distribution with $2 and $3"},
    {"sum", 1, PBR_EXPR_KIDS, work_sum, floating_sum, false, "SUM($*)", "the sum of $*"},
};

const pbr_function *pbr_function_named(pbr_slice name)
{
    for (size_t i = 0; i < sizeof FUNCTIONS / sizeof *FUNCTIONS; i++)
        if (pbr_slice_is(name, FUNCTIONS[i].name)) return &FUNCTIONS[i];
    return NULL;
}

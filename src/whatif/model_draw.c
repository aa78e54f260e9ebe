/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "whatif/model.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>

/* How near to its least or most value a mean can be tilted, as a share of what lies between. */
static const double NEAR_END = 0.001;

void pbr_model_work_init(pbr_model_work *work, const pbr_model *model)
{
    size_t most = 1;
    for (size_t e = 0; e < model->effects_count; e++)
        for (size_t i = 0; i < model->cells_count; i++)
            if (model->effects[e].cells[i].chances.size > most)
                most = model->effects[e].cells[i].chances.size;
    *work = (pbr_model_work){.chances = {
                                 .values = pbr_alloc(most, sizeof *work->chances.values),
                                 .chances = pbr_alloc(most, sizeof *work->chances.chances),
                                 .given = pbr_alloc(most, sizeof *work->chances.given),
                             }};
}

void pbr_model_work_free(pbr_model_work *work)
{
    free(work->chances.values);
    free(work->chances.chances);
    free(work->chances.given);
}

/* GSL draws a negative binomial as a gamma and a Poisson number of 32 bits: with more reoffences
 * than this in a cell its tail would not fit, nor would a table of as many values in memory. */
double pbr_model_mean_most(const pbr_model_cell *cell)
{
    static const double REOFFENDER = 1000, CELL = 1e8;
    return cell->persons ? fmin(REOFFENDER, CELL / cell->persons) : REOFFENDER;
}

static double clamp(double value, double least, double most, pbr_model_work *work)
{
    work->drawn++;
    work->clamped += value < least || value > most;
    return fmin(fmax(value, least), most);
}

/* --- reoffences --- */

/* The sum of so many negative binomials of one size is one of their sizes together. */
static void draw_sum(double mean, double size, const gsl_rng *rng, pbr_drawn *drawn)
{
    double further = mean - 1, reoffenders = (double)drawn->reoffenders;
    drawn->reoffences = drawn->reoffenders;
    if (!drawn->reoffenders || further <= 0) return;
    drawn->reoffences +=
        size == 0 ? gsl_ran_poisson(rng, further * reoffenders)
                  : gsl_ran_negative_binomial(rng, size / (size + further), size * reoffenders);
}

/* Chances tilted once more, to the mean of this replicate. A tilted negative binomial is one of the
 * same size, so this holds for both models of counts. */
static const pbr_chances *tilt(const pbr_chances *chances, double mean, pbr_model_work *work)
{
    double least, most;
    pbr_chances_ends(chances, &least, &most);
    if (least == most) return chances;
    double margin = NEAR_END * (most - least);
    mean = clamp(mean, least + margin, most - margin, work);
    pbr_chances_apply(chances, pbr_chances_tilt(chances, mean, 0), &work->chances);
    return &work->chances;
}

static void draw_reoffences(const pbr_model *model, const pbr_model_cell *cell,
                            const pbr_model_chance *chance, double further_fall, const gsl_rng *rng,
                            pbr_model_work *work, pbr_drawn *drawn)
{
    const pbr_chances *chances = &chance->chances;
    double mean = chance->mean - further_fall;
    if (!model->as_table) {
        if (further_fall != 0) mean = clamp(mean, 1, pbr_model_mean_most(cell), work);
        draw_sum(mean, cell->size, rng, drawn);
        return;
    }
    if (further_fall != 0) chances = tilt(chances, mean, work);
    pbr_chances_draw(chances, rng, drawn);
}

/* --- persons --- */

static void scale(pbr_drawn *drawn, double weight)
{
    if (weight == 1) return;
    drawn->reoffenders = llround((double)drawn->reoffenders * weight);
    drawn->reoffences = llround((double)drawn->reoffences * weight);
    drawn->squares = llround((double)drawn->squares * weight);
}

void pbr_model_draw(const pbr_model *model, size_t effect, const pbr_dice *dice,
                    pbr_model_work *work, pbr_rerun *rerun)
{
    const pbr_model_effect *e = &model->effects[effect];
    double rate = e->rate_sd > 0 ? gsl_ran_gaussian(dice->persons, e->rate_sd) / 100 : 0;
    double frequency = e->frequency_sd > 0 ? gsl_ran_gaussian(dice->persons, e->frequency_sd) : 0;
    pbr_rerun_empty(rerun);
    for (size_t i = 0; i < model->cells_count; i++) {
        const pbr_model_cell *cell = &model->cells[i];
        const pbr_model_chance *chance = &e->cells[i];
        pbr_drawn *drawn = &rerun->cells[cell->cell];
        double p = chance->chance;
        if (e->rate_sd > 0 && cell->falls) p = clamp(p - rate, 0, 1, work);
        drawn->reoffenders = cell->persons ? gsl_ran_binomial(dice->persons, p, cell->persons) : 0;
        if (model->compiled->wants_reoffences && cell->persons)
            draw_reoffences(model, cell, chance, cell->falls ? frequency : 0, dice->reoffences,
                            work, drawn);
        scale(drawn, cell->weight);
    }
}

/* --- baselines --- */

static void draw_row(const pbr_compiled_row *row, const gsl_rng *rng, pbr_drawn_row *drawn)
{
    const pbr_baseline *baseline = row->baseline;
    double rate = mpq_get_d(baseline->rate), cases = (double)baseline->cases;
    if (row->metric->kind != PBR_RATE) {
        drawn->rate = rate + gsl_ran_gaussian(rng, mpq_get_d(baseline->sd) / sqrt(cases));
        return;
    }
    drawn->events = gsl_ran_binomial(rng, rate / 100, (unsigned)baseline->cases);
    drawn->rate = 100 * (double)drawn->events / cases;
}

static double moved_rate(const pbr_rerun *rerun, const pbr_compiled_row *row)
{
    double moved = 0, cases = 0;
    for (unsigned q = 0; q < row->parts_count; q++) {
        size_t part = row->parts[q];
        double weight = (double)rerun->compiled->rows[part].baseline->cases;
        cases += weight;
        moved += weight * (rerun->rows[part].rate - rerun->tabled[part]);
    }
    return mpq_get_d(row->baseline->rate) + moved / cases;
}

void pbr_model_draw_rows(const pbr_model *model, const pbr_dice *dice, pbr_rerun *rerun)
{
    const pbr_compiled *compiled = model->compiled;
    for (size_t i = 0; i < model->drawn_rows_count; i++) {
        size_t row = model->drawn_rows[i];
        draw_row(&compiled->rows[row], dice->baselines, &rerun->rows[row]);
    }
    for (size_t i = 0; i < model->moved_rows_count; i++) {
        size_t row = model->moved_rows[i];
        rerun->rows[row].rate = moved_rate(rerun, &compiled->rows[row]);
    }
}

#!/usr/bin/Rscript
# SPDX-License-Identifier: GPL-3.0-or-later
# The simulation of docs/simulation.md in base R, vectorised over replicates, for the terms of
# Transforming Rehabilitation at award with the baseline fixed. Written from that page and the
# contract's tables; prints the same columns as model.py. Debian: r-base-core.
#
# usage: model.R CONTRACT METRICS COUNTS|none REPLICATES SEED RATE_FALL FREQUENCY_FALL

given <- commandArgs(trailingOnly = TRUE)
if (length(given) != 7) stop("model.R CONTRACT METRICS COUNTS|none REPLICATES SEED FALL FALL")
contract <- given[1]
replicates <- as.integer(given[4])
set.seed(as.integer(given[5]))
rate_fall <- as.numeric(given[6])
frequency_fall <- as.numeric(given[7])
both <- given[3] != "none"
z <- qnorm(0.975)

metrics <- read.csv(given[2])
metrics <- metrics[!grepl("/", metrics$cohort), ]
metrics$quarter <- substring(metrics$cohort, 5)
baselines <- read.csv(file.path(contract, "baselines.csv"))
baselines <- baselines[baselines$year == "2011", ]
prices <- read.csv(file.path(contract, "prices.csv"))
prices <- prices[prices$contract_year == "2016/17", ]
counts <- if (both) read.csv(given[3])

baseline_of <- function(area, quarter, metric)
  baselines[baselines$cpa == area & baselines$cohort == quarter & baselines$metric == metric, ]

# Tilted exponentially so that its mean is the one wanted.
tilted <- function(values, persons, mean) {
  weights <- function(theta) {
    weight <- persons * exp(theta * (values - mean))
    weight / sum(weight)
  }
  theta <- uniroot(function(theta) sum(weights(theta) * values) - mean, c(-0.5, 0.5),
                   extendInt = "upX", tol = 1e-14)$root
  weights(theta)
}

# The sum of one count a reoffender: a multinomial over the histogram, by binomials one after
# another, the likeliest value first.
draw_reoffences <- function(reoffenders, values, chances) {
  order <- order(chances, decreasing = TRUE)
  values <- values[order]
  chances <- chances[order]
  rest <- rev(cumsum(rev(chances)))
  left <- reoffenders
  total <- numeric(replicates)
  for (i in seq_along(values)) {
    drawn <- rbinom(replicates, left, min(1, chances[i] / rest[i]))
    total <- total + values[i] * drawn
    left <- left - drawn
    if (!any(left > 0)) break
  }
  total
}

verdict_of <- function(rate, base, width, decimals)
  ifelse(rate < round(base - width, decimals), -1,
         ifelse(rate > round(base + width, decimals), 1, 0))

amount_of <- function(price, verdict, units) round(100 * price * ifelse(verdict == 0, 0, units))

simulate_cell <- function(cell, price) {
  binary <- baseline_of(cell$cpa, cell$quarter, "binary")
  n <- cell$measurable
  adjustment <- binary$ogrs_mean - cell$ogrs_sum / n
  chance <- (binary$rate - adjustment - rate_fall) / 100
  if (chance < 0 || chance > 1) stop("the effect makes a chance negative or above 1")
  reoffenders <- rbinom(replicates, n, chance)
  rate <- 100 * reoffenders / n + adjustment
  base <- binary$rate
  verdict <- verdict_of(rate, base, 100 * z * sqrt(base / 100 * (1 - base / 100) / n), 4)
  lines <- list(binary = list(verdict = verdict, terminated = rate > binary$terminate,
                              pence = amount_of(price$binary_price, verdict,
                                                n * (base - rate) / 100)))
  if (!both) return(lines)
  row <- baseline_of(cell$cpa, cell$quarter, "frequency")
  own <- counts[counts$cpa == cell$cpa & counts$cohort == cell$cohort, ]
  reoffences <- draw_reoffences(reoffenders, own$reoffences,
                                tilted(own$reoffences, own$persons, row$rate - frequency_fall))
  rate <- reoffences / reoffenders
  hurdle <- verdict == -1
  verdict <- verdict_of(rate, row$rate, z * row$sd / sqrt(reoffenders), 6)
  pence <- amount_of(price$frequency_price, verdict, reoffenders * row$rate - reoffences)
  lines$frequency <- list(verdict = verdict, terminated = rate > row$terminate,
                          pence = ifelse(hurdle | pence < 0, pence, 0))
  lines
}

quantiles <- c(0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
money <- function(pence) c(mean(pence), sd(pence), quantile(pence, quantiles, names = FALSE),
                           mean(pence > 0), mean(pence < 0))
told <- list()
tell <- function(of, area, cohort, line, figures)
  told[[length(told) + 1]] <<- c(of, area, cohort, line, format(figures, digits = 15, trim = TRUE))

total <- numeric(replicates)
for (area in unique(metrics$cpa)) {
  price <- prices[prices$cpa == area, ]
  pot <- 100 * (price$maximum_annual_payment - price$fee_for_service)
  used <- numeric(replicates)
  own <- metrics[metrics$cpa == area, ]
  for (i in order(own$cohort)) {
    lines <- simulate_cell(own[i, ], price)
    for (name in names(lines)) {
      line <- lines[[name]]
      pence <- pmin(line$pence, pmax(pot - used, 0))
      used <- used + pence
      tell("line", area, own$cohort[i], name,
           c(money(pence), mean(line$verdict == -1), mean(line$verdict == 1),
             mean(line$terminated)))
    }
  }
  tell("area", area, "", "", c(money(used), NA, NA, NA))
  total <- total + used
}
tell("total", "", "", "", c(money(total), NA, NA, NA))

table <- as.data.frame(do.call(rbind, told))
names(table) <- c("of", "area", "cohort", "line", "mean_pence", "sd_pence",
                  sprintf("q%02d", round(100 * quantiles)), "paid", "deducted", "better", "worse",
                  "terminated")
table[table == "NA"] <- ""
write.csv(table[order(match(table$of, c("total", "area", "line"))), ], quote = FALSE,
          row.names = FALSE)

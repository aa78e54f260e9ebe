/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/mem.h"
#include "base/text.h"
#include "command/run_file.h"
#include "report/manifest.h"
#include "report/version.h"

#include <gsl/gsl_errno.h>
#include <openssl/crypto.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

static const pbr_command *const commands[] = {
    &pbr_settle_command, &pbr_measure_command, &pbr_check_command,  &pbr_synth_command,
    &pbr_schema_command, &pbr_trace_command,   &pbr_sample_command, &pbr_verify_command,
    &pbr_diff_command,   &pbr_explain_command, &pbr_whatif_command};
enum { COMMANDS = sizeof commands / sizeof *commands };

static void print_option(const pbr_option *option)
{
    char left[64];
    snprintf(left, sizeof left, "--%s%s%s%s", option->name, option->argument ? " " : "",
             option->argument ? option->argument : "", option->many ? "..." : "");
    printf("  %-24s %s\n", left, option->help);
}

static void print_options(const pbr_option *options)
{
    for (; options->name; options++) print_option(options);
}

static void print_command_help(const pbr_command *command)
{
    printf("pbrcalc %s: %s\n\nexamples:\n%s\nusage:\n%s\noptions:\n", command->name,
           command->summary, command->examples, command->usage);
    print_options(command->options);
    printf("\noptions of every command:\n");
    print_options(pbr_common_options);
    printf("\nexit status: 0 done and all well, 1 done and problems or differences were found, 2 "
           "not done\n");
}

static void print_help(FILE *out)
{
    fputs("pbrcalc: the settlement calculator for payment-by-results contracts\n\n"
          "  pbrcalc settle --contract contracts/transforming-rehabilitation \\\n"
          "      --cohort cohort.csv --reoffences reoffences.csv --snapshot 2017-12-31 \\\n"
          "      --cohorts 2015Q4 --first-of-year --as-at 2018-01-26 --out settlement\n\n"
          "commands:\n",
          out);
    for (size_t i = 0; i < (size_t)COMMANDS; i++)
        fprintf(out, "  %-10s %s\n", commands[i]->name, commands[i]->summary);
    fputs("\npbrcalc COMMAND --help tells more; pbrcalc --version prints versions.\n", out);
}

static void print_version(void)
{
    printf("pbrcalc %s\ncommit %s%s\nmanifest format %s\n", PBR_VERSION, PBR_COMMIT,
           PBR_LOCAL_CHANGES ? " with local changes" : "", PBR_MANIFEST_FORMAT);
    for (const char *const *version = pbr_library_versions(); *version; version++)
        printf("%s\n", *version);
    printf("License GPL-3.0-or-later. There is no warranty.\n");
}

static const char *command_name(const void *context, size_t index)
{
    (void)context;
    return commands[index]->name;
}

static pbr_exit unknown_command(const char *word)
{
    const char *near = pbr_near_miss(pbr_slice_of(word), COMMANDS, command_name, NULL);
    if (near)
        fprintf(stderr, "pbrcalc: unknown command \"%s\": did you mean \"%s\"?\n", word, near);
    else
        fprintf(stderr, "pbrcalc: unknown command \"%s\": see pbrcalc --help\n", word);
    return PBR_EXIT_NOT_DONE;
}

/* A result that never reached its reader is not a result. */
static pbr_exit check_stdout(pbr_exit status)
{
    if (fflush(stdout) == 0 && !ferror(stdout)) return status;
    perror("pbrcalc: standard output");
    return PBR_EXIT_NOT_DONE;
}

static bool is_run_file(const char *word)
{
    size_t length = strlen(word);
    return length > 5 && strcmp(word + length - 5, ".yaml") == 0;
}

/* A command without operands takes a run file in their place: the same options by name. */
static void judge_operands(pbr_arguments *arguments, const pbr_command *command, pbr_diag *diag)
{
    const char *const *words;
    size_t count = pbr_arguments_operands(arguments, &words);
    if (command->operands) return;
    if (count == 1 && is_run_file(words[0])) {
        pbr_run_file_read(arguments, command, words[0], diag);
        return;
    }
    for (size_t i = 0; i < count; i++)
        pbr_error(diag, "usage", PBR_NOWHERE, "unexpected \"%s\": see pbrcalc %s --help", words[i],
                  command->name);
}

static void print_findings(const pbr_arguments *arguments, const pbr_diag *diag)
{
    pbr_severity least = pbr_arguments_has(arguments, "quiet")     ? PBR_ERROR
                         : pbr_arguments_has(arguments, "verbose") ? PBR_NOTE
                                                                   : PBR_WARNING;
    pbr_diag_print(diag, stderr, least);
}

static pbr_exit run(const pbr_command *command, int count, char **words)
{
    pbr_diag *diag = pbr_diag_new();
    pbr_arguments *arguments = pbr_arguments_read(command, count, words, diag);
    pbr_exit status = PBR_EXIT_NOT_DONE;
    judge_operands(arguments, command, diag);
    pbr_arguments_number(arguments, "threads", 1, 64, 2, diag);
    if (pbr_arguments_has(arguments, "help")) {
        print_command_help(command);
        status = PBR_EXIT_OK;
    } else if (pbr_arguments_has(arguments, "version")) {
        print_version();
        status = PBR_EXIT_OK;
    } else {
        if (!pbr_diag_failed(diag)) status = command->run(arguments, diag);
        print_findings(arguments, diag);
    }
    pbr_arguments_free(arguments);
    pbr_diag_free(diag);
    return check_stdout(status);
}

static pbr_exit dispatch(int count, char **words)
{
    if (count < 2) {
        print_help(stderr);
        return PBR_EXIT_NOT_DONE;
    }
    for (size_t i = 0; i < (size_t)COMMANDS; i++)
        if (strcmp(words[1], commands[i]->name) == 0) return run(commands[i], count - 2, words + 2);
    if (strcmp(words[1], "--help") == 0 || strcmp(words[1], "-h") == 0)
        print_help(stdout);
    else if (strcmp(words[1], "--version") == 0)
        print_version();
    else
        return unknown_command(words[1]);
    return check_stdout(PBR_EXIT_OK);
}

int main(int count, char **words)
{
    pbr_mem_install();
    gsl_set_error_handler_off();
    /* No settings of the machine's: they could load code, or lead to any file. */
    setenv("TZ", "UTC0", 1);
    OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
    signal(SIGPIPE, SIG_IGN); /* a write that fails is reported where it is made */
    signal(SIGXFSZ, SIG_IGN);
    return (int)dispatch(count, words);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/html_page.h"

#include "base/ratio.h"
#include "report/html.h"

#include <string.h>

enum { LONG_NAME = 14 }; /* letters of a text that its column must have room for */

/* Text has at least 7 times the luminance of the paper or the reverse, marks and lines of charts 3
 * times (WCAG 2.2, 1.4.6 and 1.4.11); tests/checks/whatif_html.py works it out. */
const char pbr_html_style[] =
    ":root{color-scheme:light dark;--paper:#fff;--ink:#1a1a1a;--soft:#505050;--grid:#e2e2e2;"
    "--rule:#b5b5b5;--warm:#fff4e5;--edge:#a34100;--s0:#1d5fa8;--s1:#a84300;--s2:#006b50;"
    "--s3:#7b3294;--s4:#7a6000;--s5:#595959}\n"
    "@media (prefers-color-scheme:dark){:root{--paper:#15181b;--ink:#ececec;--soft:#b9bec4;"
    "--grid:#2d3339;--rule:#59616a;--warm:#33250f;--edge:#ff9d5c;--s0:#7db7f5;--s1:#ff9d5c;"
    "--s2:#4fd1a5;--s3:#d59bf0;--s4:#e3c34a;--s5:#b9bec4}}\n"
    "*{box-sizing:border-box}\n"
    "body{font:1rem/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);margin:0}\n"
    "main{max-width:64rem;margin:0 auto;padding:1rem}\n"
    "h1,h2,h3,p,dd,li,figcaption,summary,caption{overflow-wrap:anywhere}\n"
    "h1{font-size:1.7rem;line-height:1.25;margin:.5rem 0}\n"
    "h2{font-size:1.3rem;line-height:1.3;margin:2.5rem 0 .5rem;padding-top:.6rem;"
    "border-top:1px solid var(--rule)}\n"
    "h3{font-size:1.05rem;margin:0 0 .5rem}\n"
    "p{margin:.5rem 0;max-width:46rem}a{color:var(--s0)}\n"
    ".lead{font-size:1.15rem}.soft,figcaption{color:var(--soft)}\n"
    ".warning{background:var(--warm);border-left:.35rem solid var(--edge);padding:.6rem .9rem;"
    "margin:1rem 0;max-width:none}\n"
    ".key{display:flex;flex-wrap:wrap;gap:.75rem;margin:1rem 0;padding:0}\n"
    ".key>div{flex:1 1 11rem;border:1px solid var(--rule);border-radius:.3rem;padding:.5rem .8rem}"
    "\n.key dt{color:var(--soft);font-size:.9rem}"
    ".key dd{margin:0;font-size:1.35rem;font-variant-numeric:tabular-nums}\n"
    ".facts{display:grid;grid-template-columns:minmax(6rem,max-content) 1fr;gap:.2rem 1rem;"
    "margin:1rem 0}.facts dt{color:var(--soft)}.facts dd{margin:0}\n"
    "nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;padding:0;margin:1rem 0}\n"
    ".scroll{overflow-x:auto;margin:.75rem 0}.scroll:focus-visible,summary:focus-visible,"
    "a:focus-visible{outline:2px solid var(--s0);outline-offset:2px}\n"
    "table{border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums}\n"
    "caption{text-align:left;font-weight:600;padding:.2rem 0;position:sticky;left:0;"
    "max-width:min(46rem,calc(100vw - 1.2rem))}\n"
    "th,td{text-align:left;vertical-align:top;padding:.25rem .8rem .25rem 0;"
    "border-bottom:1px solid var(--grid)}\n"
    "thead th{border-bottom:2px solid var(--rule);vertical-align:bottom}\n"
    "td,th{max-width:26rem;overflow-wrap:break-word}\n"
    ".n{text-align:right;white-space:nowrap}thead .n{white-space:normal;min-width:5.5rem}\n"
    "th[scope=row]{font-weight:400;background:var(--paper);position:sticky;left:0;"
    "min-width:4rem}\n"
    "td:not(.long),th[scope=row]:not(.long){white-space:nowrap}"
    "th.long{min-width:13rem}td.long{min-width:10rem}"
    "tr.total>*{font-weight:600;border-top:2px solid var(--rule)}\n"
    "details{margin:.75rem 0}summary{cursor:pointer;font-weight:600;padding:.2rem 0}\n"
    "figure{margin:1.5rem 0}figcaption{max-width:46rem;font-size:.95rem;margin-top:.4rem}\n"
    ".unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}\n"
    ".narrow{display:none}\n"
    "@media (max-width:47rem){main{padding:.6rem}h1{font-size:1.4rem}"
    "th[scope=row]{min-width:3rem;max-width:9rem}th.long{min-width:9rem}td.long{min-width:8rem}."
    "facts{grid-template-columns:1fr;gap:0}.facts "
    "dd{margin:0 0 "
    ".5rem}}\n"
    "@media screen and (max-width:47rem){.wide{display:none}.narrow{display:block}}\n"
    "@media print{:root{color-scheme:light;--paper:#fff;--ink:#000;--soft:#444;--grid:#ddd;"
    "--rule:#999;--warm:#fff;--edge:#000;--s0:#1d5fa8;--s1:#a84300;--s2:#006b50;--s3:#7b3294;"
    "--s4:#7a6000;--s5:#595959}body{font-size:9.5pt}main{max-width:none;padding:0}nav{display:none}"
    "figure,tr{break-inside:avoid}h2,h3,caption,summary{break-after:avoid}.scroll{overflow:visible}"
    "th[scope=row],caption{position:static}"
    "details::details-content{content-visibility:visible;display:block;height:auto}}\n";

/* --- texts --- */

void pbr_html_element(pbr_html *page, const char *element, const char *class, const char *text)
{
    if (class)
        fprintf(page->out, "<%s class=\"%s\">", element, class);
    else
        fprintf(page->out, "<%s>", element);
    pbr_html_text(page->out, text);
    fprintf(page->out, "</%s>\n", element);
}

void pbr_html_heading(pbr_html *page, const char *id, const char *text)
{
    fprintf(page->out, "<section aria-labelledby=\"%s\">\n<h2 id=\"%s\">", id, id);
    pbr_html_text(page->out, text);
    fputs("</h2>\n", page->out);
}

void pbr_html_section_end(pbr_html *page)
{
    fputs("</section>\n", page->out);
}

void pbr_html_say(pbr_html *page, const char *text)
{
    pbr_html_element(page, "p", NULL, text);
}

/* --- tables --- */

static void put_header(pbr_html *page, const pbr_html_column *column)
{
    fprintf(page->out, "<th scope=\"col\"%s>", column->number ? " class=\"n\"" : "");
    pbr_html_text(page->out, column->header);
    fputs("</th>", page->out);
}

static bool is_folded(const pbr_html_table *table)
{
    return table->rows > PBR_ROWS_OPEN && !table->open;
}

void pbr_html_table_begin(pbr_html *page, const pbr_html_table *table)
{
    page->table = table;
    unsigned number = ++page->tables;
    bool folded = is_folded(table);
    if (folded) {
        fputs("<details><summary>", page->out);
        pbr_html_text(page->out, table->caption);
        fprintf(page->out, " (%zu rows)</summary>\n", table->rows);
    }
    fprintf(page->out,
            "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-labelledby=\"table-%u\">\n"
            "<table><caption id=\"table-%u\"%s>",
            number, number, folded ? " class=\"unseen\"" : "");
    pbr_html_text(page->out, table->caption);
    fputs("</caption>\n<thead><tr>", page->out);
    for (size_t i = 0; i < table->columns_count; i++) put_header(page, &table->columns[i]);
    fputs("</tr></thead>\n<tbody>\n", page->out);
    page->column = 0;
}

void pbr_html_row(pbr_html *page, bool total)
{
    fputs(total ? "<tr class=\"total\">" : "<tr>", page->out);
}

void pbr_html_cell(pbr_html *page, const char *text)
{
    bool heads = page->column == 0, number = page->table->columns[page->column].number;
    bool wide = text && strlen(text) > LONG_NAME;
    const char *element = heads ? "th" : "td";
    fprintf(page->out, "<%s%s%s>", element, heads ? " scope=\"row\"" : "",
            number ? " class=\"n\""
            : wide ? " class=\"long\""
                   : "");
    pbr_html_text(page->out, text);
    fprintf(page->out, "</%s>", element);
    if (++page->column < page->table->columns_count) return;
    fputs("</tr>\n", page->out);
    page->column = 0;
}

void pbr_html_table_end(pbr_html *page)
{
    fputs("</tbody></table>\n</div>\n", page->out);
    if (is_folded(page->table)) fputs("</details>\n", page->out);
}

/* --- charts --- */

static void put_width(pbr_html *page, const char *class, pbr_svg_plan plan, pbr_html_draw draw,
                      const void *data)
{
    plan.id = pbr_arena_printf(page->arena, "chart-%u-%s", page->charts, class);
    fprintf(page->out, "<div class=\"%s\">\n", class);
    draw(page, data, &plan);
    fputs("</div>\n", page->out);
}

void pbr_html_chart(pbr_html *page, const char *title, const char *description, const char *caption,
                    pbr_html_draw draw, const void *data)
{
    pbr_svg_plan plan = {.title = title, .description = description};
    page->charts++;
    fputs("<figure>\n<h3>", page->out);
    pbr_html_text(page->out, title);
    fputs("</h3>\n", page->out);
    plan.width = PBR_SVG_WIDE;
    plan.height = 360;
    put_width(page, "wide", plan, draw, data);
    plan.width = PBR_SVG_NARROW;
    plan.height = 280;
    put_width(page, "narrow", plan, draw, data);
    if (caption) pbr_html_element(page, "figcaption", NULL, caption);
    fputs("</figure>\n", page->out);
}

/* --- numbers --- */

static const char *with_symbol(const pbr_html *page, const char *number, const char *plus)
{
    bool negative = *number == '-';
    return pbr_arena_printf(page->arena, "%s%s%s", negative ? "-" : plus, page->symbol,
                            number + negative);
}

const char *pbr_html_money(const pbr_html *page, int64_t pence)
{
    char text[PBR_RATIO_TEXT];
    return with_symbol(page, pbr_pounds_text(text, pence), "");
}

const char *pbr_html_difference(const pbr_html *page, int64_t pence)
{
    char text[PBR_RATIO_TEXT];
    return with_symbol(page, pbr_pounds_text(text, pence), pence > 0 ? "+" : "");
}

const char *pbr_html_pounds(const pbr_html *page, double pence)
{
    char text[PBR_NUMBER_TEXT];
    return with_symbol(page, pbr_number_text(text, pence / 100, 0), "");
}

const char *pbr_html_number(const pbr_html *page, double value, int decimals)
{
    char text[PBR_NUMBER_TEXT];
    return pbr_arena_printf(page->arena, "%s", pbr_number_text(text, value, decimals));
}

const char *pbr_html_count(const pbr_html *page, int64_t count)
{
    return pbr_html_number(page, (double)count, 0);
}

const char *pbr_html_percent(const pbr_html *page, double share)
{
    return pbr_arena_printf(page->arena, "%s%%", pbr_html_number(page, share * 100, 1));
}

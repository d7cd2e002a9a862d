"""The figures the generator draws from: published where there are any, ours where not.

All weights are whole numbers; only their proportion counts. Facts carry their source. What is
marked "Ours" is an assumption that no publication was found for.
"""

from __future__ import annotations

# Household sizes at linking, per 10,000. No official distribution was found. Ours, fitted to:
# 57 % one-person among status-holder households entering an association dwelling in 2023
# (CBS), 85 % single among those waiting in July 2024 (COA, NOS), 32 % families with children
# in 2021 (CBS), 2,876 persons in families of six and more on 1 June 2024 (Ministry of the
# Interior). 1: 62 %, 2: 9, 3: 9, 4: 8, 5: 6, 6: 3.5, 7 and more: 2.5. Mean 2.1.
HOUSEHOLD_SIZES = (6200, 900, 900, 800, 600, 350, 130, 60, 30, 18, 8, 4)

# Weeks since the permit: geometric with mean 10, cut off at 60. Outflow took 19 weeks on
# average in early 2021 (Province of Flevoland, notice on the second half of 2020); those who
# are still waiting are on average about half-way.
WAITING_MEAN_WEEKS = 10
WAITING_MAX_WEEKS = 60

# Ours, fitted to the share above: 45 % of singles await family, mostly 3 or 4 persons.
# Follow-on family was 43 % of the permits of 2015 (Platform Opnieuw Thuis, 2016).
AWAITING_FAMILY_PER_100 = 45
EXPECTED_FOLLOWERS = (0, 10, 35, 40, 15)  # persons 1 to 5

# Adults by household size, ours: couples among those of two; two parents in most families.
COUPLE_PER_100 = 60
ADULTS_IN_FAMILY = (20, 72, 8)  # one, two, three adults

# Hard criteria: family, treatment, work or study elsewhere. Exceptions are rare (Beleid en
# Maatschappij 2020/4); the shares are ours.
FREE, IN_REGION, NEARBY, FIXED, EXCLUDED, JOINING = range(6)
CRITERIA = (790, 60, 50, 45, 30, 25)

# The classes of the Dutch occupational classification BRC 2014 without managers and the
# remainder, and one for those without recent work. Shares ours, led by the sectors of
# employed status holders in 2022: temporary agencies 25 %, trade 21 %, hospitality 18 % (CBS).
OCCUPATIONS: tuple[tuple[str, int, int], ...] = (  # name, share, chance of work in per mille
    ("agrarisch", 60, 1000),
    ("bedrijfseconomisch en administratief", 60, 850),
    ("commercieel", 110, 1000),
    ("creatief en taalkundig", 30, 700),
    ("dienstverlenend", 150, 1200),
    ("ict", 40, 1250),
    ("openbaar bestuur, veiligheid en juridisch", 30, 650),
    ("pedagogisch", 70, 800),
    ("technisch", 170, 1350),
    ("transport en logistiek", 110, 1300),
    ("zonder recente werkervaring", 80, 600),
    ("zorg en welzijn", 90, 1150),
)
UNKNOWN_OCCUPATION_PER_1000 = 60

# No distribution of education was found: ours.
EDUCATIONS: tuple[tuple[str, int, int], ...] = (  # name, share, chance of work in per mille
    ("laag", 50, 850),
    ("middelbaar", 30, 1000),
    ("hoog", 20, 1200),
)
LANGUAGE_LEVELS: tuple[tuple[str, int], ...] = (  # CEFR; ours
    ("geen", 45),
    ("A1", 30),
    ("A2", 17),
    ("B1", 6),
    ("B2", 2),
)

# Of those who received a permit in 2019, 20 % worked after 30 months (CBS). The best
# labour-market region gives almost 1.5 times the chance of the worst (CPB, 2018).
WORK_PER_1000 = 200
REGION_WORST, REGION_BEST = 820, 1230
# Ours: how much a region suits one occupation more than another. CPB (2018): the gain lies in
# who goes where, not in how many.
OCCUPATION_IN_REGION = (650, 1450)

# Dwellings per household that fits them best, per mille, by the fewest persons of the class.
# Ours. Large dwellings are the scarce ones (final report of the national booster, 2021);
# about 4 to 8 % of the vacated association dwellings go to status holders (CBS, 2018-2023).
SUPPLY_BY_FEWEST = ((7, 650), (5, 850), (3, 1030), (2, 1170), (1, 1080))
LETTING_SHARES = (12, 25)  # all lettings per dwelling meant for permit holders: 8 % to 4 %
# Share of a household size that is offered one class larger, in per cent: few dwellings are
# small (9 % of the social stock is at most 50 m2; COA and NOS, July 2024). The share is ours.
SINGLES_ONE_UP, OTHERS_ONE_UP = 25, 15
# Ours: supply of the municipalities of a province against their need, from worst to best.
WORST_SUPPLIED, BEST_SUPPLIED = 600, 1400

# Municipalities behind, ahead and level. At the end of 2015 241 were behind and 152 ahead
# (Platform Opnieuw Thuis); the backlog of 1 January 2021 was 12 % of the quota that followed.
STANDINGS = (55, 30, 15)
BEHIND_PER_1000 = (50, 600)
AHEAD_PER_1000 = (30, 250)

# The six classes of the bundled instances. No national norm exists: an assumption.
# class, fewest, most, planned persons, rooms, m2
DWELLING_CLASSES: tuple[tuple[str, int, int, int, int, int], ...] = (
    ("1p", 1, 1, 1, 1, 35),
    ("2p", 1, 2, 2, 2, 50),
    ("3p", 2, 4, 3, 3, 65),
    ("4p", 3, 6, 4, 4, 80),
    ("5-6p", 5, 8, 6, 5, 100),
    ("7p+", 7, 12, 8, 7, 120),
)

# first
# café
keep;

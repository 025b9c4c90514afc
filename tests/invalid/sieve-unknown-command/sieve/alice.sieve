require "fileinto";
keep; fileinot "x";

# frozen_string_literal: true

# What is said to someone.
module Greeting
  # What is said to someone of this name.
  def self.to(name)
    "Hello, #{name}!"
  end
end

# frozen_string_literal: true

require 'minitest/autorun'
require 'greeting'

# What the greeting says.
class GreetingTest < Minitest::Test
  def test_greets_by_name
    assert_equal 'Hello, Ada!', Greeting.to('Ada')
  end
end

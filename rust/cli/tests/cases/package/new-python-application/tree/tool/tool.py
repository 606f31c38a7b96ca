"""The tool"""

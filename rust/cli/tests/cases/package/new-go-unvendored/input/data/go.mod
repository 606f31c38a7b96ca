module go.example.org/x/hello

go 1.24

require go.example.org/y v1.0.0

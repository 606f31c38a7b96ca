module go.example.org/x/hello/v2

go 1.24

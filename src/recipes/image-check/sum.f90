program sum_of_squares
  implicit none
  integer :: i
  print '(a, i0)', 'sum ', sum([(i ** 2, i = 1, 10)])
end program sum_of_squares

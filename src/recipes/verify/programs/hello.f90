program hello
  implicit none
  integer :: i
  real(8) :: x(10)
  character(len=40) :: text
  x = [(real(i, 8) ** 2, i = 1, 10)]
  write (text, '(a, f6.1, a, i0)') 'sum ', sum(x), ' at ', maxloc(x, dim=1)
  print '(a)', trim(text)
  if (text /= 'sum  385.0 at 10') stop 1
end program hello
